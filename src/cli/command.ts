/** What is a command? A name, arguments and options with one sentence each, an example, and a module that is loaded when it runs. */
import type { LoadedConfig } from '../config.ts'
import type { Actor } from '../replication/ports/desk.ts'
import type { Output, Result } from './output.ts'

/** A service that is asked over HTTP. */
export interface Server {
  readonly url: string
  readonly token: string
}

/** What every command gets. */
export interface Context {
  readonly output: Output
  /** The command line as it was typed, for a person's name in the event log. */
  readonly actorName: string
  /** The same, for what is told of an action. */
  actor(reason: string | null): Actor
  /** Where the service answers that is asked instead of the database; null: the database is. */
  readonly server: Server | null
  /** Reads the four layers. @throws Failure `config_invalid` */
  settings(): LoadedConfig
}

export interface Given<Options> {
  readonly args: readonly string[]
  readonly options: Options
}

type Run<Options> = (context: Context, given: Given<Options>) => Promise<Result>

export interface CommandOption {
  /** As in `--type <type>`. */
  readonly flags: string
  readonly about: string
  /** Turns the text into a value; `before` is the value so far when the option is repeated. */
  readonly parse?: (text: string, before: unknown) => unknown
}

export interface CommandSpec {
  /** One word, or two for a command of a group. */
  readonly name: string
  readonly about: string
  /** As in `<manifest...>`, with what it means. */
  readonly args?: ReadonlyArray<readonly [string, string]>
  readonly options?: readonly CommandOption[]
  readonly examples: readonly string[]
  /** Whether it can also ask a service over HTTP. */
  readonly server?: true
  /** `never`: each command knows the shape of its own options; the program hands over what they parsed to. */
  readonly load: () => Promise<{ readonly run: Run<never> }>
}
