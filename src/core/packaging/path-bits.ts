/** By what is a large group of files split in two, so that no file's part depends on the other files? */

/**
 * 32 bits that follow from the path alone: FNV-1a over UTF-16 units, then MurmurHash3's finaliser so that similar names
 * differ in the first bits too. Both are public domain; changing them would move every packed file of a split group.
 */
export function pathBits(path: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < path.length; index += 1) {
    hash = Math.imul(hash ^ path.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0).toString(2).padStart(32, '0')
}
