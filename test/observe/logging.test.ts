import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { logEvents } from '../../src/observe/log-events.ts'
import { createLogger } from '../../src/observe/logger.ts'
import type { ServiceEvent } from '../../src/replication/events.ts'

async function setup(level = 'debug', pretty = false) {
  const written: string[] = []
  const destination = { write: (line: string) => void written.push(line) }
  const logger = await createLogger({ level, pretty, destination })
  const lines = () => written.map((line) => JSON.parse(line) as Record<string, unknown>)
  return { logger, written, lines, log: logEvents(logger) }
}

const failure = new Failure('source_unavailable', 'GET https://files.example/a?X-Amz-Signature=abc answered 503')
const retry: ServiceEvent = { kind: 'file.retry', path: 'table.csv', attempt: 2, failure }

describe('the log', () => {
  it('writes an event as one line of facts and words, at the level of its urgency', async () => {
    const { log, lines } = await setup()
    log({ kind: 'lease.acquired', term: 7, host: 'transfer1' })
    log(retry)
    log({ kind: 'lease.lost', term: 7, reason: 'it was not renewed in time' })
    expect(lines()).toMatchObject([
      { level: 'info', term: 7, host: 'transfer1', msg: 'this worker leads' },
      { level: 'warn', path: 'table.csv', attempt: 2, code: 'source_unavailable' },
      { level: 'error', term: 7, msg: 'the lease is lost; this worker stops' },
    ])
    expect(Number.isNaN(Date.parse(String(lines()[0]?.time)))).toBe(false)
  })

  it('keeps calls for debugging', async () => {
    const call: ServiceEvent = { kind: 'zenodo.call', method: 'GET', path: '/x', status: 200, durationMs: 1.6 }
    const quiet = await setup('info')
    quiet.log(call)
    expect(quiet.written).toEqual([])
    const loud = await setup('debug')
    loud.log(call)
    expect(loud.lines()).toMatchObject([{ level: 'debug', status: 200, duration_ms: 2 }])
  })

  it('cuts signatures out of addresses, and hides tokens and sources by their keys', async () => {
    const { log, logger, written } = await setup()
    log(retry)
    logger.info({ token: 't0ken', headers: { authorization: 'Bearer t0ken' }, file: { source: 'https://s3/x?sig=1' } })
    logger.info('asked with Bearer t0ken')
    expect(written.join('')).not.toMatch(/X-Amz-Signature|t0ken|sig=1/)
    expect(written).toHaveLength(3)
  })

  it('is readable on a terminal', async () => {
    const { log, written } = await setup('info', true)
    log({ kind: 'worker.ready', host: 'transfer1', slots: 3 })
    expect(written.join('')).toMatch(/INFO.*worker ready/)
  })
})
