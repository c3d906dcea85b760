/** Where is a source, whatever its signature? */

/** A source without its query: presigned addresses differ in that alone. */
export function placeOf(source: string): string {
  return source.split('?')[0] ?? source
}
