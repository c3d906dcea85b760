/** Where can a person download a file of a copy? The public link, or while it is a draft one that ends by itself. Asks Zenodo nothing. */
import { type Copy, type CopyFile, type DepositionId, endsPublished } from '../core/copy.ts'
import { Failure } from '../core/failure.ts'
import { nearest } from '../core/nearest.ts'
import type { AuditLog } from './ports/audit-log.ts'
import type { Actor, Reading } from './ports/desk.ts'

/** A file at Zenodo by its name there. */
interface FileThere {
  readonly deposition: DepositionId
  readonly name: string
}

export interface LinkPorts {
  readonly reading: Pick<Reading, 'get' | 'chain' | 'files' | 'list'>
  readonly audit: Pick<AuditLog, 'record'>
  publicLink(file: FileThere): string
  /** Ends by itself. @throws Failure `no_signing_token` */
  privateLink(file: FileThere): { readonly url: string; readonly expiresAt: string }
}

export interface LinkRequest {
  readonly of: { readonly copy: number } | { readonly dataset: string }
  /** As in the manifest, or the name of an archive. */
  readonly path: string
  readonly actor: Actor
}

export interface FileLink {
  /** Whoever has it can download the file: a secret as long as it is private. */
  readonly url: string
  readonly access: 'public' | 'private'
  /** ISO 8601; null: it does not end. */
  readonly expiresAt: string | null
  /** Id of the copy whose file it is. */
  readonly copyId: number
  /** What is downloaded, by its name at Zenodo. */
  readonly name: string
  /** Where in this archive the file lies; null: it is the file itself. */
  readonly pathInArchive: string | null
}

type Chain = readonly Copy[]

/** @throws Failure `copy_not_found`, `dataset_not_found`, `file_not_found`, `file_not_there`, `no_signing_token` */
export async function linkTo(ports: LinkPorts, { of, path, actor }: LinkRequest): Promise<FileLink> {
  const holders = 'copy' in of ? [await holderOf(ports, of.copy)] : await holdersIn(ports, of.dataset)
  const listed = await Promise.all(
    holders.map(async (one) => ({ ...one, files: await ports.reading.files(one.copy.id) })),
  )
  const found = listed.find(({ files }) => files.some((file) => file.path === path || file.archive === path))
  if (found === undefined) throw await absent(ports, listed, path)
  const link = linkOf(ports, found, path)
  await ports.audit.record({
    action: 'copies.link',
    actor,
    subject: { copy: link.copyId, file: path },
    outcome: { access: link.access },
  })
  return link
}

interface Holder {
  /** The last finished copy that stands where the one that was asked for does, as a draft or record is changed by later ones. */
  readonly copy: Copy
  readonly chain: Chain
}

async function holderOf({ reading }: LinkPorts, id: number): Promise<Holder> {
  const asked = await reading.get(id)
  if (asked === null) throw new Failure('copy_not_found', `There is no copy ${id}.`, { details: { ids: [id] } })
  const chain = await reading.chain(id)
  const there = chain.findLast((copy) => copy.state === 'finished' && isAt(copy, asked.depositionId))
  return { copy: there ?? asked, chain }
}

/** Of each family, the newest that was brought to Zenodo, or else is on its way. */
async function holdersIn(ports: LinkPorts, dataset: string): Promise<Holder[]> {
  const { copies } = await ports.reading.list({ dataset, limit: 1000 })
  if (copies.length === 0) throw new Failure('dataset_not_found', `There is no copy of the dataset ${dataset}.`)
  const families = [...Map.groupBy(copies, ({ family }) => family).values()]
  const newest = families.map((family) => {
    const chain = family.toSorted((a, b) => a.position - b.position)
    return chain.findLast(({ state }) => state === 'finished') ?? chain.at(-1)
  })
  return await Promise.all(newest.flatMap((copy) => (copy === undefined ? [] : [holderOf(ports, copy.id)])))
}

function isAt(copy: Copy, deposition: DepositionId | null): boolean {
  return deposition !== null && copy.depositionId === deposition
}

function linkOf(
  ports: LinkPorts,
  { copy, chain, files }: Holder & { readonly files: readonly CopyFile[] },
  path: string,
): FileLink {
  const file = files.find((one) => one.path === path) ?? files.find((one) => one.archive === path)
  const { depositionId: deposition } = copy
  const isThere = file?.state === 'sent' || file?.state === 'kept'
  if (file?.state === 'skipped') {
    throw notThere(`${path} is empty, and Zenodo takes no empty files: there is nothing to download.`)
  }
  if (deposition === null || !isThere) throw notThere(`${path} of copy ${copy.id} is not at Zenodo yet.`)
  const inside = file.archive !== null && file.archive !== path
  const about = { copyId: copy.id, name: file.archive ?? file.path, pathInArchive: inside ? file.path : null }
  const there = { deposition, name: about.name }
  const isPublic = chain.some((one) => one.state === 'finished' && endsPublished(one.type) && isAt(one, deposition))
  if (isPublic) return { ...about, url: ports.publicLink(there), access: 'public', expiresAt: null }
  return { ...about, ...ports.privateLink(there), access: 'private' }
}

/** A file that an earlier version had was deleted; any other is one that nobody knows. */
async function absent(
  { reading }: LinkPorts,
  holders: ReadonlyArray<Holder & { readonly files: readonly CopyFile[] }>,
  path: string,
): Promise<Failure> {
  for (const { copy, chain } of holders) {
    for (const earlier of chain.filter(({ position }) => position < copy.position).toReversed()) {
      const had = (await reading.files(earlier.id)).some((file) => file.path === path)
      if (!had) continue
      return notThere(
        `${path} was deleted: version ${earlier.version.number} had it (copy ${earlier.id}), version ${copy.version.number} does not (copy ${copy.id}). There is no link to it there.`,
      )
    }
  }
  const names = holders.flatMap(({ files }) => files.map((file) => file.path))
  const near = nearest(path, names, 3)
  const meant = near.length === 0 ? '' : ` Did you mean ${near.join(', or ')}?`
  const whose = holders.map(({ copy }) => copy.id).join(' and ')
  return new Failure('file_not_found', `There is no file ${path.slice(0, 200)} in copy ${whose}.${meant}`, {
    details: { near },
  })
}

function notThere(text: string): Failure {
  return new Failure('file_not_there', text)
}
