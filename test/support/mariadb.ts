/** Where does a MariaDB for the tests come from? The one named, the one installed, or one installed now where we may. */
import { findProgram, installPackages, mayInstall } from './install-packages.ts'
import { makeServer } from './mariadb-server.ts'

export interface ProvidedMariadb {
  readonly url: string | null
  readonly missing: string | null
  stop(): Promise<void>
}

/** TEST_MYSQL_URL wins, and nothing is started then. `stop` ends what was started here, and removes its folder. */
export async function provideMariadb(): Promise<ProvidedMariadb> {
  const given = process.env.TEST_MYSQL_URL
  if (given) return { url: given, missing: null, stop: async () => undefined }
  const found = await provideProgram()
  if (found !== null) {
    const server = await makeServer(found)
    await server.start()
    return { url: server.url, missing: null, stop: server.remove }
  }
  const missing =
    'The tests on MariaDB are skipped: there is no mariadbd or mysqld here, and none may be installed. Install mariadb-server, or name a server in TEST_MYSQL_URL.'
  return { url: null, missing, stop: async () => undefined }
}

/** @returns the path of a server, installed now if need be; null when there is none and none may be installed. */
export async function provideProgram(): Promise<string | null> {
  const found = await findServer()
  if (found !== null || !(await mayInstall())) return found
  await installPackages('mariadb-server')
  return await findServer()
}

async function findServer(): Promise<string | null> {
  return await findProgram('mariadbd', 'mysqld')
}
