/** Is a document nested so deeply that whoever writes or reads it might give up? */
import type { ManifestProblem } from './manifest-problems.ts'

/** DataCite needs seven; of databases' own JSON functions, those of MariaDB go down 32 levels. */
const deepest = 32

/** Null: it is not. In levels, not by recursion, as the document may be one long nest. */
export function nestingProblem(input: unknown): ManifestProblem | null {
  let level: readonly unknown[] = [input]
  for (let depth = 0; depth <= deepest; depth += 1) {
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []))
    if (level.length === 0) return null
  }
  const [found, accepted] = [`nested more than ${deepest} levels deep`, `at most ${deepest} levels`]
  return { path: '$', found, accepted, message: `$ is ${found}; accepted is ${accepted}` }
}
