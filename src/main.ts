/** How does the process begin and end? The command line in, an exit code out. */
import { exitCodes } from './cli/exit-codes.ts'
import { runProgram } from './cli/program.ts'
import { redact } from './core/redact.ts'

/** A handle that something forgot to close must not keep a command from ending. */
const longestFarewellMs = 1000

/** Runs the command named on the command line. The process ends by itself once nothing is open any more. */
export async function main(): Promise<void> {
  process.on('uncaughtException', endAsDefect)
  process.exitCode = await runProgram(process.argv.slice(2), process.env)
  setTimeout(() => process.exit(), longestFarewellMs).unref()
}

/** Node's own exit code for this is 1, which says something else here. */
function endAsDefect(error: unknown): void {
  process.stderr.write(
    `error: this is a defect of zenodo-replicator.\n${redact(String(error instanceof Error ? error.stack : error), 10_000)}\n`,
  )
  process.exit(exitCodes.internal)
}
