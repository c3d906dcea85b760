/** The emulated Zenodo on a host of its own: prints where it is, and ends with its standard input. */
import { createEmulator } from '../../src/emulator/server.ts'

const [host = '127.0.0.1'] = process.argv.slice(2)
const emulator = await createEmulator({ host })
process.stdout.write(`${JSON.stringify({ url: emulator.url, token: emulator.token })}\n`)
process.stdin.resume().on('end', () => process.exit())
