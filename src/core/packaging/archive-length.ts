/** How many bytes does an archive of these files have, its list of contents included? */
import { contentsLength, contentsName } from './contents.ts'
import { zipLength } from './zip-layout.ts'

export function archiveLength(members: readonly { readonly path: string; readonly size: number }[]): number {
  return zipLength([...members, { path: contentsName(members), size: contentsLength(members) }])
}
