/** What does the repository send, and is it answered as it should be? Refusals must leave everything as it was. */
import type { App } from '../../src/app.ts'
import { isFailure } from '../../src/core/failure.ts'
import { type Manifest, parseManifest } from '../../src/core/manifest/manifest.ts'
import { contents, digest } from './contents.ts'
import { families, type HistorySettings, type RepositoryAct } from './history.ts'
import { accept, calledFor, type Dataset, edited, type Files, type Ledger, type Type, type Version } from './ledger.ts'
import type { Place } from './stage.ts'
import { Violation } from './violation.ts'

interface Desk {
  readonly stage: Pick<Place, 'database'>
  readonly settings: Pick<HistorySettings, 'checksums'>
  readonly app: Pick<App, 'enqueue'>
  readonly ledger: Ledger
  /** Where the repository serves a content. */
  readonly addressOf: (content: number) => string
  /** Whether nothing else writes to the table now. */
  readonly quiet: () => boolean
}

/** Why a well-formed manifest may be turned away, by what is sent. */
const refusals: Readonly<Record<RepositoryAct['act'], readonly string[]>> = {
  version: [],
  publish: ['manifest_changed'],
  again: ['version_superseded'],
  late: ['version_superseded'],
  alter: ['manifest_changed', 'version_superseded'],
}

/** @returns what was sent and what came of it, in words. */
export async function send(act: RepositoryAct, desk: Desk): Promise<string> {
  const dataset = desk.ledger.datasets[act.dataset]!
  const version = versionOf(act, dataset)
  if (version === null || isUntold(version, dataset, desk.settings)) return 'nothing to send'
  const expected = calledFor(dataset, version)
  const before = desk.quiet() ? await fingerprint(desk.stage) : null
  const answer = await enqueue(desk, dataset, version)
  const after = desk.quiet() ? await fingerprint(desk.stage) : null
  const unchanged = before === null || after === null || before === after
  const what = `version ${version.number}${version.published ? ', published' : ''}`
  if ('code' in answer) {
    if (!unchanged) throw new Violation('a refusal changes nothing', `${what}: ${answer.code}`)
    const allowed = expected.length === 0 ? ['nothing_to_enqueue'] : allowedFor(act, dataset, version)
    if (allowed.includes(answer.code)) return `${what}: refused, ${answer.code}`
    throw new Violation('only what must be refused is refused', `${what}: ${answer.code}, ${answer.message}`)
  }
  if (answer.types.toSorted().join() !== expected.toSorted().join()) {
    throw new Violation('a manifest gets the copies it calls for', `${what}: ${answer.types}, not ${expected}`)
  }
  if (act.act === 'again' && answer.created === 0 && !unchanged) {
    throw new Violation('the same manifest changes nothing', what)
  }
  accept(dataset, version, answer.types)
  return `${what}: ${answer.created} of ${answer.types.length} copies are new`
}

function allowedFor(act: RepositoryAct, dataset: Dataset, version: Version): readonly string[] {
  const first = act.act === 'publish' && dataset.versions.get(version.number)?.published === false
  return first ? [] : refusals[act.act]
}

function versionOf(act: RepositoryAct, dataset: Dataset): Version | null {
  const nextTitle = (wanted: boolean) => {
    if (wanted) dataset.titles += 1
    return `Title ${dataset.titles}`
  }
  switch (act.act) {
    case 'version':
      dataset.working = edited(dataset.working, act.edits)
      return {
        number: dataset.newest + 2,
        files: dataset.working,
        title: nextTitle(act.newTitle),
        published: act.published,
      }
    case 'publish': {
      const newest = dataset.versions.get(dataset.newest)
      return newest ? { ...newest, title: act.newTitle ? nextTitle(true) : newest.title, published: true } : null
    }
    case 'again':
      return back(dataset, act.back)
    case 'late': {
      const number = dataset.newest - 1
      if (number < 1 || dataset.versions.has(number)) return null
      const files = edited(dataset.working, act.edits)
      return { number, files, title: `Title ${dataset.titles}`, published: act.published }
    }
    case 'alter': {
      const known = back(dataset, act.back)
      return known && { ...known, files: edited(known.files, act.edits) }
    }
  }
}

/**
 * Whether the manifest differs from the stored one in bytes that nothing tells of: without checksums, the same name and size
 * from another address means that the file has moved.
 */
function isUntold(version: Version, dataset: Dataset, { checksums }: Desk['settings']): boolean {
  const stored = dataset.versions.get(version.number)
  if (stored === undefined || checksums !== 'none') return false
  return families.some((family) =>
    [...version.files[family]].some(([name, content]) => {
      const before = stored.files[family].get(name)
      return before !== undefined && before !== content && contents[before]!.length === contents[content]!.length
    }),
  )
}

function back(dataset: Dataset, steps: number): Version | null {
  return [...dataset.versions.values()].toSorted((a, b) => b.number - a.number)[steps] ?? null
}

type Answer =
  | { readonly types: readonly Type[]; readonly created: number }
  | { readonly code: string; readonly message: string }

async function enqueue(desk: Desk, dataset: Dataset, version: Version): Promise<Answer> {
  const { app } = desk
  const manifest = manifestOf(dataset, version, desk)
  const request = { manifest, fileRoot: null, types: null, publish: false, priority: null, runAfter: null }
  try {
    const results = await app.enqueue({ ...request, requestedBy: 'repository' })
    const created = results.filter((result) => result.created).length
    return { types: results.map((result) => result.copy.type), created }
  } catch (error) {
    if (isFailure(error)) return { code: error.code, message: error.message }
    throw error
  }
}

function manifestOf(dataset: Dataset, version: Version, { settings: { checksums }, addressOf }: Desk): Manifest {
  const list = (files: Files) =>
    [...files].map(([path, content]) => ({
      path,
      size: contents[content]!.length,
      ...(checksums === 'none' ? {} : { checksum: `${checksums}:${digest(checksums.replace('-', ''), content)}` }),
      source: addressOf(content),
    }))
  const { data, software, supp } = version.files
  const parsed = parseManifest({
    schema: 'zenodo-replicator/manifest/v1',
    dataset: { doi: dataset.doi },
    version: { number: version.number, published: version.published, publicationDate: '2026-01-01' },
    metadata: {
      titles: [{ title: version.title }],
      creators: [{ name: 'Doe, Jane' }],
      descriptions: [{ description: 'All about sunflowers.', descriptionType: 'Abstract' }],
      types: { resourceTypeGeneral: 'Dataset' },
    },
    files: { data: list(data), software: list(software), supplemental: list(supp) },
  })
  if (!parsed.ok) throw new Error(`bad manifest: ${JSON.stringify(parsed.problems)}`)
  return parsed.manifest
}

const remembered = [
  'datasets',
  'dataset_versions',
  'zenodo_copies',
  'zenodo_copy_files',
  'zenodo_copy_archives',
  'zenodo_copy_events',
  'outbox',
]

/** Everything that is stored of datasets, as one text. */
async function fingerprint({ database }: Pick<Place, 'database'>): Promise<string> {
  const rows = await Promise.all(remembered.map((table) => database.db.knex(table).orderBy('id')))
  return JSON.stringify(rows)
}
