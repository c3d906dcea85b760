/** How does a list become a file? Page after page as it is read, so that its length does not matter. */
import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify/sync'

export interface ListFile<Row> {
  /** Without its ending. */
  readonly name: string
  readonly format: 'csv' | 'json'
  /** Of a table: heading, and what stands below it. */
  readonly columns: ReadonlyArray<readonly [string, (row: Row) => unknown]>
  readonly page: (
    cursor: string | undefined,
  ) => Promise<{ readonly rows: readonly Row[]; readonly nextCursor: string | null }>
}

/** @returns what the answer to a download is */
export function listFile<Row>(file: ListFile<Row>) {
  const type = file.format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson'
  const name = `${file.name}.${file.format === 'csv' ? 'csv' : 'ndjson'}`
  return {
    body: Readable.from(parts(file)),
    headers: { 'content-type': type, 'content-disposition': `attachment; filename="${name}"` },
  }
}

async function* parts<Row>(file: ListFile<Row>): AsyncGenerator<string> {
  let cursor: string | undefined
  for (let isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
    const { rows, nextCursor } = await file.page(cursor)
    const text = file.format === 'csv' ? asCsv(file, rows, isFirst) : asJson(rows)
    if (text !== '') yield text
    cursor = nextCursor ?? undefined
  }
}

/** A cell that a spreadsheet would take for a formula begins with an apostrophe. */
function asCsv<Row>({ columns }: ListFile<Row>, rows: readonly Row[], header: boolean): string {
  const cells = rows.map((row) => columns.map(([, cell]) => cell(row)))
  const headings = columns.map(([heading]) => heading)
  return stringify(cells, { header, columns: headings, escape_formulas: true, record_delimiter: 'windows' })
}

function asJson(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}
