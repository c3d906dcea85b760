/** How does Zenodo, or the source, misbehave? The troubles of a history, in terms of the emulator's control interface. */

import { contents } from './contents.ts'
import { calls, type FaultAct, type MoodAct } from './history.ts'
import { type Place, placeOfContent } from './stage.ts'

type Fault = Parameters<Place['zenodo']['fault']>[0]
type Answer = Omit<Fault, 'match' | 'times' | 'skip'>

const page = '<html><body>Sorry</body></html>'
const html = { 'content-type': 'text/html' }

const answers: Readonly<Record<Exclude<FaultAct['trouble'], 'stale' | 'echo' | 'cut_body'>, Answer>> = {
  error_before: { status: 500 },
  error_after: { status: 500, commit: true },
  gateway: { status: 504, body: page, commit: true },
  proxy: { status: 502, body: page },
  cut_before: { drop: true },
  cut_after: { drop: true, commit: true },
  slow: { status: 504, body: page, commit: true, delayMs: 800 },
  busy: { status: 429, headers: { 'retry-after': '0' }, body: '{"status":429,"message":"100 per 1 minute"}' },
  page: { status: 200, headers: html, body: page },
  invalid: {
    status: 400,
    ...json({ status: 400, message: 'No.', errors: [{ field: 'metadata.title', messages: ['No.'] }] }),
  },
  forbidden: { status: 403, ...json({ status: 403, message: 'Permission denied.' }) },
  missing: { status: 404, ...json({ status: 404, message: 'The persistent identifier does not exist.' }) },
}

function json(body: unknown): Answer {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

export async function arm(
  act: FaultAct,
  { stage, armed }: { readonly stage: Place; readonly armed: FaultAct[] },
): Promise<string> {
  const [method, path] = calls[act.call]
  const fault =
    act.trouble === 'stale'
      ? await newestStale(stage)
      : { match: { path, ...(method === null ? {} : { method }) }, ...answerOf(act, stage) }
  if (fault === null) return 'there is nothing to be read yet'
  await stage.zenodo.fault({ ...fault, times: act.times, skip: act.skip })
  armed.push(act)
  return 'armed'
}

function answerOf(act: FaultAct, { emulator }: Place): Answer {
  switch (act.trouble) {
    case 'stale':
      return {}
    case 'echo':
      return {
        status: 500,
        ...json({ status: 500, message: `Cannot serve Bearer ${emulator.token} with ${emulator.token}` }),
      }
    case 'cut_body':
      return { afterBytes: act.bytes, drop: true }
    default:
      return answers[act.trouble]
  }
}

/** The newest deposition, as it is at this moment. */
async function newestStale(stage: Place): Promise<Fault | null> {
  const newest = (await stage.zenodo.records()).at(-1)
  return newest === undefined ? null : await staleRead(`/api/deposit/depositions/${newest.id}`, stage)
}

/** What a read answers at this moment. @returns null when there is nothing there */
export async function staleRead(path: string, { emulator }: Pick<Place, 'emulator'>): Promise<Fault | null> {
  const headers = { authorization: `Bearer ${emulator.token}` }
  const response = await fetch(`${emulator.url}${path}`, { headers }).catch(() => null)
  if (response?.status !== 200) return null
  const body = await response.text()
  return {
    match: { method: 'GET', path: `^${path}$` },
    status: 200,
    headers: { 'content-type': 'application/json' },
    body,
  }
}

export async function set(act: MoodAct, stage: Place): Promise<string> {
  if (act.act === 'mood') await stage.zenodo.settings({ [act.mood]: act.on })
  if (act.act === 'wrong_md5') await stage.zenodo.settings({ wrongMd5: act.times })
  if (act.act === 'source') {
    for (const content of contents.keys()) {
      stage.source.misbehave(
        placeOfContent(content),
        (_request, response) => {
          if (act.trouble === 'error') return response.writeHead(503).end()
          response.writeHead(200, { 'content-length': contents[content]!.length })
          return response.write(contents[content]!.subarray(0, contents[content]!.length / 2), () => response.destroy())
        },
        act.times,
      )
    }
  }
  return 'set'
}

/** Everybody behaves again. @returns which troubles hit a request */
export async function calm(stage: Place, armed: readonly FaultAct[]): Promise<string[]> {
  const response = await fetch(`${stage.emulator.url}/_emulator/faults`)
  const { faults } = (await response.json()) as { readonly faults: ReadonlyArray<{ readonly used: number }> }
  const hits = armed.filter((_, index) => (faults[index]?.used ?? 0) > 0)
  await stage.zenodo.clearFaults()
  await stage.zenodo.settings({
    bucketDeleteFails: false,
    flip403: false,
    filesMustDiffer: false,
    wrongMd5: false,
    indexLagSeconds: 0,
  })
  for (const content of contents.keys()) stage.source.misbehave(placeOfContent(content), () => undefined, 0)
  return hits.map(({ call, trouble }) => `${call} ${trouble}`)
}
