export async function runProgram(argv: readonly string[], _env: NodeJS.ProcessEnv): Promise<number> {
  process.stdout.write(process.version + ' ' + argv.join(' ') + '\n')
  const {DatabaseSync} = await import('node:sqlite')
  return DatabaseSync ? 0 : 1
}
