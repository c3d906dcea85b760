/** How is a happening called? Each kind of event in words, and whether it is good news, bad news, or a person's doing. */
import prettyMs from 'pretty-ms'
import type { CopyEvent } from '../../replication/ports/desk.ts'

type Data = CopyEvent['data']

export interface Telling {
  readonly tone?: 'good' | 'bad' | 'person'
  readonly title: (data: Data) => string
}

const steps: Readonly<Record<string, string>> = {
  create: 'There is a deposition to work on',
  metadata: 'The metadata stand at Zenodo',
  upload: 'The files are at Zenodo',
  verify: 'Zenodo holds just the files it should',
  publish: 'Zenodo shows it as published',
  discard: 'The empty draft is gone',
}

/** What is to be done, and how it is told once it was. */
const operations: Readonly<Record<string, readonly [string, string]>> = {
  create: ['create a draft', 'A draft was created'],
  new_version: ['begin a new version', 'A new version was begun'],
  publish: ['publish', 'It was published'],
  discard: ['discard the draft', 'The draft was discarded'],
  remove_file: ['remove a file', 'A file was removed'],
}

const tellings: Readonly<Record<string, Telling>> = {
  enqueued: { title: () => 'Enqueued' },
  claimed: { title: () => 'Taken by the worker' },
  step: { tone: 'good', title: ({ step }) => steps[String(step)] ?? `Step ${String(step)} done` },
  intent: { title: ({ operation }) => `About to ${wordsOf(operation)[0]} at Zenodo` },
  intent_settled: { title: settledText },
  repointed: { title: repointedText },
  files_replaced: { title: () => 'A corrected manifest brought other files' },
  finished: { tone: 'good', title: () => 'Finished' },
  error: { tone: 'bad', title: () => 'Failed, and waits for a person' },
  retry: { tone: 'bad', title: (data) => `Failed, and is tried again ${afterText(data)}` },
  released: { title: (data) => `Put back ${afterText(data)}` },
  rescued: { title: () => 'Taken back from a worker that died' },
  requeue: { tone: 'person', title: () => 'Requeued' },
  defer: { tone: 'person', title: () => 'Deferred' },
  resume: { tone: 'person', title: () => 'Resumed' },
  cancel: { tone: 'person', title: () => 'Cancelled' },
  repair: { tone: 'person', title: () => 'Put back, as an audit found a difference' },
}

/** What another release wrote stays as it is. */
export function tellingOf({ kind }: CopyEvent): Telling {
  return tellings[kind] ?? { title: () => kind.replaceAll('_', ' ') }
}

function wordsOf(operation: unknown): readonly [string, string] {
  const name = String(operation).replaceAll('_', ' ')
  return operations[String(operation)] ?? [name, `Done: ${name}`]
}

function settledText({ operation, outcome }: Data): string {
  const [what, done] = wordsOf(operation)
  if (outcome === 'done') return `${done} at Zenodo`
  if (outcome === 'found_done') return `${done} at Zenodo, as a look there told`
  if (outcome === 'not_done') return `Zenodo had not come to ${what}, as a look there told`
  if (outcome === 'overtaken') return `Whether Zenodo came to ${what} no longer matters`
  const code = String(outcome).replace(/^refused: /, '')
  return `Zenodo refused to ${what} (${code})`
}

function repointedText({ from, depositionId }: Data): string {
  if (depositionId === null || depositionId === undefined) return 'Points at no deposition any more'
  return from === depositionId
    ? 'Its address at Zenodo was renewed'
    : `Points at deposition ${String(depositionId)} now`
}

function afterText({ delayMs }: Data): string {
  return typeof delayMs === 'number' && delayMs > 0 ? `after ${prettyMs(delayMs, { compact: true })}` : 'at once'
}
