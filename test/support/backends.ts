/** Against what do the scenarios run? Each database by the deposit API, and SQLite by the records API of InvenioRDM. */
import { test } from 'vitest'
import { databases, type TestDatabaseKind } from './database.ts'

export type Backend = TestDatabaseKind | 'sqlite by the records API'

/** For scenarios that mean the same in both APIs; those about a quirk of one of them run on `databases`. */
export const backends: readonly Backend[] = [...databases, 'sqlite by the records API']

export function apiOf(backend: Backend): 'deposit' | 'records' {
  return backend === 'sqlite by the records API' ? 'records' : 'deposit'
}

export function databaseOf(backend: Backend): TestDatabaseKind {
  return backend === 'mariadb' ? 'mariadb' : 'sqlite'
}

/** A scenario about a quirk of the deposit API, in a block that runs on all backends. */
export function inDepositApi(backend: Backend): (title: string, run: () => Promise<void>) => void {
  return apiOf(backend) === 'deposit' ? (title, run) => test(title, run) : () => {}
}
