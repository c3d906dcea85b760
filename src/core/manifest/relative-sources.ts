/** Which sources of a manifest have no folder to lie in? */
import type { Manifest } from './manifest.ts'
import type { ManifestProblem } from './manifest-problems.ts'

/** @param from where the manifest came from, for the sentence, such as `standard input` */
export function relativeSources({ files }: Manifest, from: string): ManifestProblem[] {
  return Object.entries(files).flatMap(([family, list]) =>
    list.flatMap(({ source }, index) => {
      if (!/^file:(?!\/)/i.test(source)) return []
      const path = `$.files.${family}[${index}].source`
      const accepted = `an absolute path, as a manifest from ${from} has no folder`
      return [
        { path, found: 'a relative path', accepted, message: `${path} is a relative path; accepted is ${accepted}` },
      ]
    }),
  )
}
