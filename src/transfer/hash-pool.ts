/** Who hashes? Threads beside the one that moves the bytes, as md5 alone takes longer than reading and writing together. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { Failure } from '../core/failure.ts'

/** The digests of one file in the making. */
interface Hashing {
  /** @returns when the block has been hashed; until then it must stay as it is. It must lie in shared memory. */
  update(block: Uint8Array): Promise<void>
  /** @returns hex, in the order of the algorithms. */
  digest(): Promise<readonly string[]>
  /** For a file that is given up. */
  drop(): void
}

export interface HashPool {
  /** Algorithms by the names that Node's `createHash` knows. */
  start(algorithms: readonly string[]): Hashing
  close(): Promise<void>
}

/** To the thread, about one file: its algorithms first, then its blocks in memory that both see, then how it ends. */
export type HashRequest = { readonly id: number } & (
  | { readonly start: readonly string[] }
  | { readonly block: Uint8Array }
  | { readonly end: 'digest' | 'drop' }
)

/** From the thread: a block has been hashed and may be overwritten, or the digests in hex. */
export interface HashAnswer {
  readonly id: number
  readonly digests: readonly string[] | null
}

type Answer = PromiseWithResolvers<readonly string[] | null>

interface Thread {
  readonly worker: Worker
  /** What its files wait for, by id. */
  readonly waiting: Map<number, Answer[]>
  /** Why it is no longer there. */
  ended: Failure | null
}

/** One core is left to the thread that moves the bytes; more than four would hash faster than any network brings them. */
const mostThreads = Math.min(Math.max(availableParallelism() - 1, 1), 4)

/** Threads are started as files come, and kept until `close`. */
export function createHashPool(): HashPool {
  const threads: Thread[] = []
  let lastId = 0
  return {
    start(algorithms) {
      const thread = pick(threads)
      const id = ++lastId
      thread.waiting.set(id, [])
      thread.worker.postMessage({ id, start: algorithms } satisfies HashRequest)
      return {
        update: (block) => silent(ask(thread, { id, block }).then(() => {})),
        async digest() {
          const digests = await ask(thread, { id, end: 'digest' })
          thread.waiting.delete(id)
          return digests ?? []
        },
        drop() {
          if (thread.waiting.delete(id)) thread.worker.postMessage({ id, end: 'drop' } satisfies HashRequest)
        },
      }
    },
    async close() {
      await Promise.all(threads.splice(0).map(({ worker }) => worker.terminate()))
    },
  }
}

function ask({ worker, waiting, ended }: Thread, request: HashRequest): Answer['promise'] {
  const answer: Answer = Promise.withResolvers()
  if (ended !== null) answer.reject(ended)
  waiting.get(request.id)?.push(answer)
  worker.postMessage(request)
  return answer.promise
}

/** Of the blocks of a file whose thread dies, only one is waited for. */
function silent<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

/** The one with the fewest files; another one as long as that would have none. */
function pick(threads: Thread[]): Thread {
  const [first] = [...threads].sort((a, b) => a.waiting.size - b.waiting.size)
  if (first !== undefined && (first.waiting.size === 0 || threads.length >= mostThreads)) return first
  return startThread(threads)
}

function startThread(threads: Thread[]): Thread {
  const worker = new Worker(new URL('hash-worker.js', import.meta.url), { execArgv: [] })
  const thread: Thread = { worker, waiting: new Map(), ended: null }
  worker.on('message', ({ id, digests }: HashAnswer) => thread.waiting.get(id)?.shift()?.resolve(digests))
  const end = (cause: unknown) => {
    const index = threads.indexOf(thread)
    if (index >= 0) threads.splice(index, 1)
    thread.ended ??= new Failure('internal_error', 'The thread that computes checksums has ended.', { cause })
    for (const answers of thread.waiting.values()) for (const answer of answers.splice(0)) answer.reject(thread.ended)
  }
  worker.on('error', end)
  worker.on('exit', (code) => end(new Error(`exit code ${code}`)))
  threads.push(thread)
  return thread
}
