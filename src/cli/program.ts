/** How does a command line become a command? Parses, loads the one command that was named, and settles on an exit code. */
import { userInfo } from 'node:os'
import { Command, CommanderError, Option } from 'commander'
import { logLevels } from '../config/log-levels.ts'
import { asFailure, Failure } from '../core/failure.ts'
import { redact } from '../core/redact.ts'
import { packageVersion } from '../package-version.ts'
import type { CommandSpec, Context } from './command.ts'
import { commandList } from './command-list.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import { oneOf } from './option-values.ts'
import { createOutput, type Output } from './output.ts'
import { serverFor } from './server-option.ts'

interface Globals {
  readonly config?: string
  readonly logLevel?: string
  readonly server?: string
}

/** Runs one command line. @returns the exit code; nothing is thrown. */
export async function runProgram(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const output = createOutput(argv.includes('--json'))
  let exitCode: number = exitCodes.done
  const program = buildProgram(output, env, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(helpOnlyOfKnown(program, argv), { from: 'user' })
    return exitCode
  } catch (error) {
    return tell(error, output, groupNamed(program, argv) ?? program)
  }
}

function buildProgram(output: Output, env: NodeJS.ProcessEnv, onEnd: (exitCode: number) => void): Command {
  const program = new Command('zenodo-replicator')
    .description('Brings datasets of a research-data repository to Zenodo, and keeps knowing where each one stands.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .option('--config <file>', 'settings in YAML, over the defaults')
    .option(
      '--server <url>',
      'ask the service there instead of the database; its token: ZENODO_REPLICATOR_SERVER_TOKEN',
    )
    .option('--json', 'one JSON document on standard output: { ok, data } or { ok, error }')
    .addOption(new Option('--log-level <level>', logLevels.join(', ')).argParser(oneOf(logLevels)))
    .configureHelp({ showGlobalOptions: true })
  const groups = new Map<string, Command>()
  for (const spec of commandList) {
    const [first = '', second] = spec.name.split(' ')
    const parent = second === undefined ? program : groupOf(program, first, groups)
    const command = addCommand(parent, second ?? first, spec)
    command.action(async () => {
      const globals = command.optsWithGlobals<Globals>()
      const server = await serverFor(spec, globals.server, env)
      // loaded only for a command that runs: help and usage errors have no use for the settings
      const [{ run }, { loadConfig }] = await Promise.all([spec.load(), import('../config.ts')])
      // each command declares the shape of its own options; here they are only handed over
      const given = { args: command.args, options: command.opts() as never }
      const settings = () => loadConfig({ argvFile: globals.config, env, flags: { 'log.level': globals.logLevel } })
      const result = await run({ output, settings, server, ...whoActs() }, given)
      output.result(result)
      onEnd(result.exitCode ?? exitCodes.done)
    })
  }
  for (const command of [program, ...groups.values()]) quieten(command)
  return program
}

function groupOf(program: Command, name: string, groups: Map<string, Command>): Command {
  const known = groups.get(name)
  if (known) return known
  const members = commandList.filter((spec) => spec.name.startsWith(`${name} `))
  const about = members.map((spec) => spec.name.slice(name.length + 1)).join(' or ')
  const group = program.command(name).description(`${about}: see the help of each`)
  group.addHelpText('after', exampleText(members))
  groups.set(name, group)
  return group
}

function addCommand(parent: Command, name: string, spec: CommandSpec): Command {
  const command = parent.command(name).description(spec.about)
  for (const [syntax, about] of spec.args ?? []) command.argument(syntax, about)
  for (const { flags, about, parse } of spec.options ?? []) {
    const option = new Option(flags, about)
    command.addOption(parse ? option.argParser(parse) : option)
  }
  command.addHelpText('after', exampleText([spec]))
  quieten(command)
  return command
}

function exampleText(specs: readonly CommandSpec[]): string {
  const examples = specs.flatMap((spec) => spec.examples)
  return `\n${examples.length === 1 ? 'Example' : 'Examples'}:\n${examples.map((line) => `  ${line}`).join('\n')}`
}

/** Errors are told once, in our words and form; commander only throws them. */
function quieten(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => {} })
}

function whoActs(): Pick<Context, 'actorName' | 'actor'> {
  const name = `cli:${userName()}`
  return { actorName: name, actor: (reason) => ({ name, reason, how: 'cli' }) }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return 'unknown' // a user id without an entry in the system's list, as in containers
  }
}

/** Asked for the help of a command that is not there, commander shows that of the whole; so the asking is left out. */
function helpOnlyOfKnown(program: Command, argv: readonly string[]): readonly string[] {
  let parent = program
  for (const name of program.parseOptions([...argv]).operands) {
    if (parent.commands.length === 0 || name === 'help') return argv
    const named = parent.commands.find((command) => command.name() === name)
    if (!named) return argv.filter((arg) => arg !== '--help' && arg !== '-h')
    parent = named
  }
  return argv
}

/** The group of commands that was named without one of its commands, for its help. */
function groupNamed(program: Command, argv: readonly string[]): Command | undefined {
  return program.commands.find((command) => command.commands.length > 0 && argv.includes(command.name()))
}

function tell(error: unknown, output: Output, helpful: Command): number {
  if (error instanceof CommanderError) return tellUsage(error, output, helpful)
  const failure = asFailure(error)
  output.failure(failure)
  if (failure.code === 'internal_error' && failure.cause instanceof Error)
    output.talk(redact(String(failure.cause.stack), 10_000))
  return exitCodeOf(failure)
}

function tellUsage(error: CommanderError, output: Output, helpful: Command): number {
  if (error.exitCode === 0) return exitCodes.done
  const isBare = error.code === 'commander.help'
  if (isBare && !output.json) output.talk(helpful.helpInformation())
  const text = isBare ? 'Name a command.' : error.message.replace(/^error: /, '').replace(/\n\(?/, ' (')
  output.failure(new Failure('bad_request', text))
  return exitCodes.usage
}
