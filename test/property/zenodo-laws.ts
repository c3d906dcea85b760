/** Does Zenodo hold what the repository published last, and nothing that nobody knows? */
import { md5s } from './contents.ts'
import { type Facts, type Line, publishedOf, type Row, type ZenodoRecord } from './facts.ts'
import { type Files, isPublishing, present } from './ledger.ts'
import { Violation } from './violation.ts'

export function requireAtZenodo(facts: Facts): void {
  for (const line of facts.lines) {
    requirePublished(line, facts)
    requireOneConcept(line, facts)
    requireDrafts(line, facts)
    requireTold(line, facts)
  }
  requireAllKnown(facts)
}

function named({ dataset, family }: Line): string {
  return `${dataset.doi} ${family}`
}

/** Files as a text that is easy to compare and to read. */
function textOf(files: Files): string {
  return [...present(files)]
    .map(([name, content]) => `${name}=${md5s[content]!.slice(0, 6)}`)
    .toSorted()
    .join(', ')
}

function textOfRecord(record: ZenodoRecord): string {
  return record.files
    .map(({ filename, checksum }) => `${filename}=${checksum.slice(0, 6)}`)
    .toSorted()
    .join(', ')
}

const versionOf = ({ dataset }: Line, row: Row) => dataset.versions.get(row.version)!
const filesOf = (line: Line, row: Row) => versionOf(line, row).files[line.family]
const wantsFiles = (line: Line, row: Row) => present(filesOf(line, row)).size > 0
/** Whether something of the copy may be at Zenodo although it was cancelled, or does not go on. */
const hasBegun = (row: Row) => row.events.some((event) => event.kind === 'claimed')

/** Each record that a publishing copy made has the files of its version; the newest shows the metadata too. */
function requirePublished(line: Line, facts: Facts): void {
  const inPlace = line.family === 'data' && facts.dataDoi === 'dataset'
  const done = line.rows.filter((row) => row.state === 'finished' && isPublishing(row.type) && wantsFiles(line, row))
  const last = done.at(-1)
  for (const row of inPlace ? done.slice(-1) : done) {
    const record = publishedOf(facts, row.depositionId)
    const what = `${named(line)}, version ${row.version}, deposition ${row.depositionId}`
    if (!record) throw new Violation('what is published is there', `${what} is no published record`)
    const undone = line.rows.some(
      (other) => other.position > row.position && other.state !== 'finished' && hasBegun(other),
    )
    if (undone && inPlace) continue
    const [is, should] = [textOfRecord(record), textOf(filesOf(line, row))]
    if (is !== should && refusedAsKnown(record, filesOf(line, row), facts)) continue
    if (is !== should)
      throw new Violation('a published record has the files of its version', `${what}: ${is}, not ${should}`)
    if (row !== last || undone) continue
    const title = versionOf(line, row).title
    if (record.metadata.title !== title)
      throw new Violation('a published record shows its metadata', `${what}: ${record.metadata.title}, not ${title}`)
    requireFileRows(line, row, facts)
  }
}

/** Where Zenodo takes no version with the bytes of another one, whatever their names, the copies point at that other one. */
function refusedAsKnown(record: ZenodoRecord, files: Files, { ledger }: Facts): boolean {
  const bytes = (checksums: ReadonlyArray<string | undefined>) => [...new Set(checksums)].toSorted().join()
  const wanted = bytes([...present(files).values()].map((content) => md5s[content]))
  return ledger.filesHadToDiffer && bytes(record.files.map((file) => file.checksum)) === wanted
}

function requireFileRows(line: Line, row: Row, facts: Facts): void {
  const told = facts.files.filter((file) => file.copyId === row.id)
  for (const [path, content] of filesOf(line, row)) {
    const file = told.find((one) => one.path === path)
    const state = file?.state ?? 'missing'
    // of a file in an archive that was there before, the manifest may tell no checksum
    const packed = publishedOf(facts, row.depositionId)?.files.find((one) => one.filename === path)?.packed === true
    const known = file?.md5 === md5s[content] || (packed && file?.md5 === null)
    // an empty file is in the record only when it is packed
    const good = content === 0 ? /skipped|sent|kept/.test(state) : known && /sent|kept/.test(state)
    if (!good)
      throw new Violation(
        'the files of a copy are told as they are',
        `copy ${row.id}, "${path}": ${JSON.stringify(file)}`,
      )
  }
}

/** All published records of a family are versions of one record. */
function requireOneConcept(line: Line, facts: Facts): void {
  const published = line.rows.flatMap((row) => publishedOf(facts, row.depositionId) ?? [])
  const concepts = new Set(published.map((record) => record.conceptrecid))
  if (concepts.size > 1) throw new Violation('versions belong together', `${named(line)}: ${[...concepts]}`)
}

/** At most one draft, the one in use, with the files of the copy that made it. */
function requireDrafts(line: Line, facts: Facts): void {
  const { hands } = facts.ledger
  const ids = new Set(line.rows.map((row) => row.depositionId))
  const drafts = facts.records.filter((record) => ids.has(record.id) && record.state === 'unsubmitted')
  if (drafts.length > 1) throw new Violation('one draft at most', `${named(line)}: ${drafts.map((draft) => draft.id)}`)
  const edits = facts.records.filter((record) => ids.has(record.id) && record.state === 'inprogress')
  const begunNotDone = line.rows.some((row) => row.state !== 'finished' && hasBegun(row))
  if (begunNotDone) return
  for (const edit of edits) {
    if (!hands.open_edit.has(edit.id))
      throw new Violation('no edit is left open', `${named(line)}: deposition ${edit.id}`)
  }
  const last = line.rows.findLast((row) => row.state === 'finished')
  if (last === undefined) return
  const [draft] = drafts
  const should = isPublishing(last.type) ? '' : textOf(filesOf(line, last))
  const what = `${named(line)}, last ${last.type} of version ${last.version}`
  if (draft !== undefined) {
    if (isPublishing(last.type)) throw new Violation('no draft is left behind', `${what}: draft ${draft.id}`)
    if (draft.id !== last.depositionId)
      throw new Violation('the draft is the one in use', `${what}: draft ${draft.id}, not ${last.depositionId}`)
    const is = textOfRecord(draft)
    if (is !== should && !hands.add_file.has(draft.id))
      throw new Violation('a draft has the files of its version', `${what}: ${is}, not ${should}`)
    const { title } = versionOf(line, last)
    // newer metadata come with the publish copy, which may have been called off
    const calledOff = line.rows.some((row) => row.version === last.version && row.state === 'cancelled')
    if (!calledOff && draft.metadata.title !== title)
      throw new Violation('a draft shows its metadata', `${what}: ${draft.metadata.title}, not ${title}`)
    return
  }
  if (should === '' || touched(line, facts)) return
  const record = publishedOf(facts, last.depositionId)
  if (record && refusedAsKnown(record, filesOf(line, last), facts)) return
  if (!record || textOfRecord(record) !== should) {
    throw new Violation(
      'what was submitted is there',
      `${what}: deposition ${last.depositionId} has ${record && textOfRecord(record)}, not ${should}`,
    )
  }
}

/** Whether somebody deleted or published a draft of the line by hand: then it is gone. */
function touched(line: Line, { ledger }: Facts): boolean {
  const ids = line.rows.flatMap((row) => [row.depositionId, ...row.events.map((event) => event.data.from)])
  const { delete_draft: deleted, publish_draft: published } = ledger.hands
  return ids.some((id) => deleted.has(String(id)) || published.has(String(id)))
}

/** Nothing of ours is at Zenodo that no row points at, and no row points at what is not there. */
function requireAllKnown(facts: Facts): void {
  const { rows, records, ledger } = facts
  const ids = new Set(rows.map((row) => row.depositionId))
  for (const record of records) {
    if (ids.has(record.id) || ledger.hands.publish_draft.has(record.id)) continue
    if (record.state === 'unsubmitted' && ledger.hands.new_version.has(record.conceptrecid)) continue
    if (record.state === 'unsubmitted' && isAnnounced(record, rows)) continue
    throw new Violation('nothing is at Zenodo that no row knows', `deposition ${record.id}, ${record.state}`)
  }
  for (const row of rows) {
    if (row.state !== 'finished' || row.depositionId === null || ledger.hands.delete_draft.has(row.depositionId))
      continue
    if (records.some((record) => record.id === row.depositionId)) continue
    throw new Violation('no copy points at what is gone', `copy ${row.id} points at ${row.depositionId}`)
  }
}

/** A draft whose creation was announced by a copy that does not go on, and never answered, can be found by its marker. */
function isAnnounced(record: ZenodoRecord, rows: readonly Row[]): boolean {
  const keywords = Array.isArray(record.metadata.keywords) ? record.metadata.keywords : []
  return rows.some(
    (row) =>
      row.state !== 'finished' &&
      row.events.some((event) => event.kind === 'intent' && keywords.includes(event.data.marker)),
  )
}

/** The repository is told of a publication only when the record is public with the files of the version. */
function requireTold(line: Line, facts: Facts): void {
  for (const row of line.rows) {
    const messages = facts.outbox.filter((message) => message.copyId === row.id)
    const told = messages.find((message) => message.kind === 'copy.finished')
    if (told === undefined) continue
    const mayDelete = messages.some((message) => message.kind === 'staging.may_be_deleted')
    const published = told.payload.published === true
    const should = isPublishing(row.type) && wantsFiles(line, row)
    if (published !== should)
      throw new Violation(
        'the repository is told what is public',
        `copy ${row.id}: published ${published}, not ${should}`,
      )
    if (mayDelete !== (should && line.family !== 'data'))
      throw new Violation('staging is kept until publication', `copy ${row.id}: ${mayDelete}`)
  }
}
