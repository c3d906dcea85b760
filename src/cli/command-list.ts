/** Which commands are there? The order is that of `--help`. */
import type { CommandSpec } from './command.ts'
import { jobCommands } from './job-commands.ts'
import { queueCommands } from './queue-commands.ts'
import { serviceCommands } from './service-commands.ts'

export const commandList: readonly CommandSpec[] = [...queueCommands, ...jobCommands, ...serviceCommands]
