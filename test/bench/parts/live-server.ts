/** The server of `bench:live`, in a process of its own. Its argument is the address of the database; it tells its own. */
import { openApp } from '../../../src/app.ts'
import { loadConfig } from '../../../src/config.ts'
import { createLogger } from '../../../src/observe/logger.ts'

const [databaseUrl = ''] = process.argv.slice(2)
const app = await openApp(loadConfig({ env: {}, flags: { 'database.url': databaseUrl } }).config)
const logger = await createLogger({ level: 'error', pretty: false })
const { url } = await app.listen({ host: '127.0.0.1', port: 0, logger })
process.send?.(url)
process.once('disconnect', () => process.exit(0))
