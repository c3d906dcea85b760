/** How urgent may a log line be? On its own, so that the command line can name them without loading every setting. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
