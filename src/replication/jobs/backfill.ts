/**
 * How do many old versions come in without being in the way of those of today? A few at a time, and only while nothing current waits; the
 * next when one of them is over. They are late in the queue, and what they bring is marked by the job's name.
 */
import { backfillPriority, type Copy } from '../../core/copy.ts'
import { Failure } from '../../core/failure.ts'
import { parseJsonText } from '../../core/manifest/json-text.ts'
import { enqueueEach } from '../enqueue.ts'
import { readDocument } from '../enqueue-lines.ts'
import type { ItemResult, ItemToDo, Job } from '../ports/jobs.ts'
import type { Part } from './job-ports.ts'

/** Whether another version may come in now. */
export async function mayBringIn(job: Job, part: Part): Promise<boolean> {
  const open = await settleWaiting(job, part)
  return open < part.inFlight && !(await part.jobs.currentWaits())
}

/** Those whose copies are over are told. @returns how many copies are not */
async function settleWaiting({ id }: Job, { jobs, lead }: Part): Promise<number> {
  let open = 0
  for (const item of await jobs.waiting(id)) {
    const copies = await jobs.copiesOf(idsIn(item))
    const result = resultOf(copies, item)
    if (result === null) open += copies.filter(isOpen).length
    else await jobs.settle(lead.proof, item, result)
  }
  return open
}

type Brought = Pick<Copy, 'id' | 'state' | 'bytesTotal' | 'error'>

function isOpen({ state }: Pick<Copy, 'state'>): boolean {
  return state === 'enqueued' || state === 'replicating'
}

/** Null while one of them is on its way. A copy in error stays for a person, as any other. */
function resultOf(copies: readonly Brought[], { data }: ItemToDo): ItemResult | null {
  const failed = copies.find(({ state }) => state === 'error')
  if (failed) {
    const message = `Copy ${failed.id} is in error: ${failed.error?.message ?? ''}`
    return { state: 'failed', finding: failed.error?.code ?? 'error', message, data }
  }
  if (copies.some(isOpen)) return null
  const left = copies.find(({ state }) => state !== 'finished')
  if (left) return { state: 'passed', finding: left.state, message: `Copy ${left.id} is ${left.state}.`, data }
  const bytes = copies.reduce((sum, { bytesTotal }) => sum + bytesTotal, 0)
  return { state: 'done', finding: 'brought', message: `${copies.length} at Zenodo.`, data: { ...data, bytes }, bytes }
}

function idsIn({ data }: ItemToDo): number[] {
  return Array.isArray(data.copies) ? data.copies.filter((id) => typeof id === 'number') : []
}

/** Sent again after a crash, it finds the copies that are there. */
export async function bringIn(item: ItemToDo, job: Job, part: Part): Promise<ItemResult> {
  const request = await readItem(item.payload ?? '', job, part)
  const [answer] = await enqueueEach({ intake: part.intake, emit: part.emit }, [request])
  if (answer === undefined || answer instanceof Failure) throw answer ?? new Error('a request has no answer')
  const { dataset, version } = request.manifest
  const copies = answer.copies.map(({ copy }) => copy.id)
  const message = `Version ${version.number}: ${copies.length} ${copies.length === 1 ? 'copy' : 'copies'} in the queue.`
  return {
    state: 'waiting',
    finding: 'enqueued',
    message,
    dataset: dataset.doi,
    data: { version: version.number, copies },
  }
}

async function readItem(payload: string, job: Job, part: Part) {
  const given = requireJson(payload)
  const address = addressIn(given)
  const document = address === null ? given : requireJson(await part.readDocument(address, part.signal))
  const defaults = {
    types: null,
    publish: false,
    priority: backfillPriority,
    runAfter: null,
    fileRoot: null,
    requestedBy: `job:${job.id} ${job.startedBy}`,
  }
  const request = readDocument(document, defaults)
  if ('manifest' in request) return request
  throw new Failure('manifest_invalid', `${request.problems[0]?.message ?? 'It cannot be read'}.`, { details: request })
}

function requireJson(text: string): unknown {
  const json = parseJsonText(text)
  if (json.ok) return json.value
  throw new Failure('manifest_invalid', `${json.problem.message}.`, { details: { problems: [json.problem] } })
}

function addressIn(given: unknown): string | null {
  if (typeof given !== 'object' || given === null || !('manifestUrl' in given)) return null
  if (typeof given.manifestUrl === 'string' && URL.canParse(given.manifestUrl)) return given.manifestUrl
  throw new Failure('manifest_invalid', 'manifestUrl is not a web address.')
}
