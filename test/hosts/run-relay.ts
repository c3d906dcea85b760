/** Lets the test, which is in another network, reach an address of this one: from a socket file to it, until standard input ends. */
import { once } from 'node:events'
import { relay } from '../support/relay.ts'

const [path = '', host = '', port = ''] = process.argv.slice(2)
const server = relay({ host, port: Number(port) }).listen(path)
await once(server, 'listening')
process.stdout.write('there\n')
process.stdin.resume().on('end', () => process.exit())
