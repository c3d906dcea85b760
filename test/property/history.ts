/** What can happen to the service in one history? Plain data, so that a history can be printed, shrunk and played again. */

export const families = ['data', 'software', 'supp'] as const
export type Family = (typeof families)[number]

export interface History {
  readonly settings: HistorySettings
  readonly acts: readonly Act[]
  /** Whether the person who deferred copies resumes them at the end. */
  readonly resumes: boolean
}

export interface HistorySettings {
  readonly api: 'deposit' | 'records'
  readonly dataDoi: 'dataset' | 'zenodo'
  readonly checksums: 'sha-256' | 'md5' | 'none'
  readonly slots: number
  readonly filesInFlight: number
  /** How many files a record holds; what is beyond goes into archives. */
  readonly filesPerRecord: number
  /** By how much Zenodo's list lags behind: less than the looks of the service take together. */
  readonly lagMs: number
}

/**
 * A change of a dataset's files. `content` is a place in the list of contents; 0 is an empty file. `which` counts the files
 * there are, around.
 */
export type Edit =
  | { readonly edit: 'put'; readonly family: Family; readonly name: string; readonly content: number }
  | { readonly edit: 'remove'; readonly family: Family; readonly which: number }
  | { readonly edit: 'rename'; readonly family: Family; readonly which: number; readonly to: string }
  | { readonly edit: 'clear'; readonly family: Family }

/** What the repository does. `back`: which of the versions it has sent, counted from the newest. */
export type RepositoryAct =
  | {
      readonly act: 'version'
      readonly dataset: number
      readonly edits: readonly Edit[]
      readonly newTitle: boolean
      readonly published: boolean
    }
  | { readonly act: 'publish'; readonly dataset: number; readonly newTitle: boolean }
  | { readonly act: 'again'; readonly dataset: number; readonly back: number }
  | { readonly act: 'late'; readonly dataset: number; readonly edits: readonly Edit[]; readonly published: boolean }
  | { readonly act: 'alter'; readonly dataset: number; readonly back: number; readonly edits: readonly Edit[] }

export const personActions = ['requeue', 'defer', 'resume', 'cancel'] as const

export type CuratorAct = {
  readonly act: 'curator'
  readonly action: (typeof personActions)[number]
  /** Which copy of the table, counted from the newest and around. */
  readonly copy: number
}

export const hands = ['delete_draft', 'publish_draft', 'open_edit', 'new_version', 'add_file'] as const

/** Somebody at Zenodo's own pages. */
export type HandAct = {
  readonly act: 'hand'
  readonly hand: (typeof hands)[number]
  /** Which of the depositions that allow it, counted from the newest and around. */
  readonly which: number
}

/** Method and address in the deposit API, or in the records API. */
export const calls = {
  any: [null, '^/api/'],
  create: ['POST', '^/api/(deposit/depositions|records)$'],
  list: ['GET', '^/api/(deposit/depositions|user/records)\\?'],
  get: ['GET', '^/api/(deposit/depositions/\\d+|records/\\d+(/draft)?)$'],
  metadata: ['PUT', '^/api/(deposit/depositions/|records/\\d+/draft$)'],
  discard: ['DELETE', '^/api/(deposit/depositions/\\d+|records/\\d+/draft)$'],
  newversion: ['POST', '/(actions/newversion|versions|files-import)$'],
  edit: ['POST', '/(actions/edit|draft)$'],
  publish: ['POST', '/actions/publish$'],
  send: ['PUT', '^/api/(files/|records/\\d+/draft/files/)'],
  remove: ['DELETE', '^/api/(files/|records/\\d+/draft/files/)'],
} as const satisfies Record<string, readonly [string | null, string]>
export type Call = keyof typeof calls

export const troubles = [
  'error_before', // 500, nothing was done
  'error_after', // 500, but it was done
  'gateway', // 504 of the proxy, but it was done
  'proxy', // 502 of the proxy, nothing was done
  'cut_before', // connection cut, nothing was done
  'cut_after', // connection cut, but it was done
  'cut_body', // connection cut after some bytes of the body
  'slow', // done at once, but the answer comes too late
  'busy', // 429
  'page', // a web page with 200
  'invalid', // 400, nothing was done
  'forbidden', // 403, nothing was done
  'missing', // 404, nothing was done
  'stale', // a read shows what was there when this was set up
  'echo', // 500 whose text repeats the token
] as const
export type Trouble = (typeof troubles)[number]

export type FaultAct = {
  readonly act: 'fault'
  readonly call: Call
  readonly trouble: Trouble
  readonly times: number
  readonly skip: number
  /** For `cut_body`: where. */
  readonly bytes: number
}

/** Switches of the emulator, and the source of the files. */
export type MoodAct =
  | {
      readonly act: 'mood'
      readonly mood: 'bucketDeleteFails' | 'flip403' | 'filesMustDiffer'
      readonly on: boolean
    }
  | { readonly act: 'wrong_md5'; readonly times: number }
  | { readonly act: 'source'; readonly trouble: 'error' | 'cut'; readonly times: number }

export type QuickAct = RepositoryAct | CuratorAct | HandAct | FaultAct | MoodAct

export type WorkAct = {
  readonly act: 'work'
  /** What happens meanwhile, each so many events of the service later than the one before. */
  readonly during: ReadonlyArray<{ readonly after: number; readonly act: QuickAct }>
  /** How it ends: nothing is left to do, an orderly stop, a process that is killed, another host that takes over. */
  readonly end: 'idle' | 'stop' | 'kill' | 'takeover'
  /** After how many events, unless it ends idle. */
  readonly after: number
}

export type Act = QuickAct | WorkAct
