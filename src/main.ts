/** How does the process begin and end? The command line in, an exit code out. */
import { runProgram } from './cli/program.ts'

/** A handle that something forgot to close must not keep a command from ending. */
const longestFarewellMs = 1000

/** Runs the command named on the command line. The process ends by itself once nothing is open any more. */
export async function main(): Promise<void> {
  process.exitCode = await runProgram(process.argv.slice(2), process.env)
  setTimeout(() => process.exit(), longestFarewellMs).unref()
}
