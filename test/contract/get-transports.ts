/** Who is compared? Our own GET with undici behind it, undici alone, and our own without help. */
import type { LookupFunction } from 'node:net'
import { onTestFinished } from 'vitest'
import { isFailure } from '../../src/core/failure.ts'
import { createAddressGuard } from '../../src/transfer/address-guard.ts'
import type { ByteReader } from '../../src/transfer/byte-reader.ts'
import type { HttpGets } from '../../src/transfer/http-answer.ts'
import { createHttpGets } from '../../src/transfer/http-gets.ts'
import { openHttpSource } from '../../src/transfer/http-source.ts'
import { createPlainGets } from '../../src/transfer/plain-get.ts'
import type { OpenSource } from '../../src/transfer/source-checks.ts'
import { createUndiciGets } from '../../src/transfer/undici-get.ts'
import { sourceFile } from '../transfer/setup.ts'

export interface Transport {
  readonly gets: HttpGets
  open(source: string): Promise<OpenSource>
}

type PlainGets = ReturnType<typeof createPlainGets>

const { signal } = new AbortController()

/** All are closed when the test ends. */
export function openTransports(options: { allowPrivateAddresses?: boolean; lookup?: LookupFunction } = {}) {
  const guard = createAddressGuard({ allowPrivateAddresses: true, ...options })
  const lookup = options.lookup ?? guard.lookup
  const settings = { connectMs: 5000, ...(lookup && { lookup }) }
  const plain = createPlainGets(settings)
  onTestFinished(() => plain.close())
  const transport = (gets: HttpGets): Transport => {
    onTestFinished(() => gets.close())
    const sources = { gets, guard, userAgent: 'contract-test/1.0' }
    return { gets, open: (source) => openHttpSource(sourceFile({ source, size: 3 }), sources, signal) }
  }
  return { ours: transport(createHttpGets(settings)), undici: transport(createUndiciGets(settings)), plain }
}

export async function readAll(reader: ByteReader, into = new Uint8Array(64 * 1024)): Promise<Buffer> {
  const parts: Buffer[] = []
  for (let length = await reader.read(into); length > 0; length = await reader.read(into)) {
    parts.push(Buffer.from(into.subarray(0, length)))
  }
  return Buffer.concat(parts)
}

/** What a bare GET comes to. Headers of no prototype, so that all names compare. */
export async function getOutcome(gets: HttpGets | PlainGets, address: string, headers: Record<string, string> = {}) {
  const answer = await gets.get(new URL(address), headers, signal).catch(() => 'no answer' as const)
  if (answer === null) return 'left to undici'
  if (answer === 'no answer') return answer
  const body = answer.status === 200 ? await readAll(answer).catch(() => 'cut') : null
  return { status: answer.status, headers: Object.entries(answer.headers), body: body?.toString('latin1') }
}

/** What the same comes to as the source of a file of three bytes. */
export async function copyOutcome(gets: HttpGets, source: string) {
  const guard = createAddressGuard({ allowPrivateAddresses: true })
  const sources = { gets, guard, userAgent: 'contract-test/1.0' }
  try {
    const opened = await openHttpSource(sourceFile({ source, size: 3 }), sources, signal)
    const bytes = (await readAll(opened)).toString('latin1')
    // as whoever checks the bytes would say
    return bytes.length === 3 || opened.endIsProven ? { bytes } : { code: 'source_unavailable' }
  } catch (error) {
    if (!isFailure(error)) throw error
    const { code, retryAfterMs, details } = error
    return { code, retryAfterMs, details }
  }
}
