/** How does a contender get a process of its own? Run with its file and the job; says the values it returns. */
import { fileURLToPath } from 'node:url'
import type { Numbers } from '../contender.ts'

/** A contender as found in its file. */
export interface Entry<Contender> {
  readonly file: string
  readonly contender: Contender
}

interface Doer<Job> {
  readonly command?: (job: Job) => readonly string[]
  readonly work?: (job: Job) => Promise<Numbers>
}

/** The command that has the contender do the job. */
export function commandFor<Job>({ file, contender }: Entry<Doer<Job>>, job: Job): readonly string[] {
  if (contender.command !== undefined) return contender.command(job)
  const own = fileURLToPath(import.meta.url)
  return [process.execPath, '--disable-warning=ExperimentalWarning', own, file, JSON.stringify(job)]
}

if (import.meta.main) {
  const [file = '', job = ''] = process.argv.slice(2)
  const { contender } = (await import(file)) as { contender: Required<Doer<unknown>> }
  const numbers = await contender.work(JSON.parse(job))
  process.stdout.write(JSON.stringify(numbers))
}
