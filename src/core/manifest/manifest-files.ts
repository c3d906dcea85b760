/** Which files does a version have, and where do their bytes come from? The `files` part of a manifest. */
import { z } from 'zod'
import { checksumAlgorithms, formatChecksum, parseChecksum } from '../checksum.ts'
import { section } from './manifest-parts.ts'

/** Zenodo takes 100 files a record, others are packed; the limit here only keeps nonsense out of memory. */
const maxFilesPerFamily = 100_000

const maxSize = Number.MAX_SAFE_INTEGER
const pathRules: ReadonlyArray<readonly [(path: string) => boolean, string]> = [
  [(path) => !path.startsWith('/'), 'a relative name, without / at the start'],
  [
    (path) => path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    'a name without empty, . or .. segments',
  ],
  [(path) => !path.includes('\\'), 'a name without backslash'],
  [(path) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(path), 'a name without control characters and line separators'],
  // they show `exe.gpj` for `jpg.exe`: who sees the name would be deceived
  [(path) => !/[\u202a-\u202e\u2066-\u2069]/.test(path), 'a name without characters that turn the order of the others'],
  // readers of archives take it for a place outside of their folder, or refuse the archive
  [(path) => !/^[a-z]:/i.test(path), 'a name without the letter of a drive at the start'],
  [(path) => path.isWellFormed(), 'a name in well-formed Unicode'],
]
const longestPath = 1024
const lengthRule = `a name of 1 to ${longestPath} characters`

const pathSchema = z
  .string({ error: lengthRule })
  .min(1, { error: lengthRule })
  .max(longestPath, { error: lengthRule })
  .superRefine((path, context) => {
    const broken = pathRules.find(([holds]) => !holds(path))
    if (broken !== undefined) context.addIssue({ code: 'custom', message: broken[1] })
  })
  .describe('Name of the file, unique within its family; with folders, or above 255 characters, it is packed')

const sizeRule = `a whole number of bytes from 0 to ${maxSize}`
const sizeSchema = z
  .int({ error: sizeRule })
  .min(0, { error: sizeRule })
  .max(maxSize, { error: sizeRule })
  .describe('Bytes. Empty files are listed, but only sent within an archive: Zenodo does not take them')

const checksumRule = `algorithm:hex, with one of ${checksumAlgorithms.join(', ')}`
const checksumSchema = z
  .union([z.string(), z.null()], { error: checksumRule })
  .transform((value, context) => {
    if (value === null) return undefined
    const checksum = parseChecksum(value)
    if (checksum !== null) return formatChecksum(checksum)
    context.addIssue({ code: 'custom', message: checksumRule })
    return z.NEVER
  })
  .describe('Checksum of the bytes, for example sha-256:9f86d0…; the sent bytes are compared with it')

const sourceRule = 'https://…, http://… (without user name or password), s3://bucket/key, or file: with a path'
const sourceSchema = z
  .string({ error: sourceRule })
  .max(8192, { error: `${sourceRule}, of at most 8192 characters` })
  .refine(isSource, { error: sourceRule })
  .describe('Where the bytes are. Relative file: paths are relative to the manifest')

function isSource(source: string): boolean {
  if (/\p{Cc}/u.test(source) || !source.isWellFormed()) return false
  if (/^file:/i.test(source)) return source.length > 'file:'.length
  if (/^s3:/i.test(source)) return /^s3:\/\/[A-Za-z0-9][A-Za-z0-9._-]{1,254}\/./i.test(source)
  const url = /^https?:\/\/[^/\s]\S*$/i.test(source) ? URL.parse(source) : null
  return url !== null && url.username === '' && url.password === ''
}

const fileSchema = section({
  path: pathSchema,
  size: sizeSchema,
  checksum: checksumSchema.optional(),
  source: sourceSchema,
})

/** One file of a version, as the manifest lists it. */
export type ManifestFile = Readonly<z.infer<typeof fileSchema>>

function familyFiles(key: string, description: string) {
  return z
    .array(fileSchema, { error: 'a list of files' })
    .max(maxFilesPerFamily, { error: `at most ${maxFilesPerFamily} files` })
    .superRefine((files, context) => {
      const firstIndex = new Map<string, number>()
      const report = (index: number, message: string) => {
        context.addIssue({ code: 'custom', path: [index, 'path'], message })
      }
      for (const [index, { path }] of files.entries()) {
        const name = sameName(path)
        const first = firstIndex.get(name)
        if (first === undefined) firstIndex.set(name, index)
        else report(index, repeats(key, first))
      }
      for (const { index, file } of belowFiles(firstIndex)) report(index, isBelowFile(key, file))
    })
    .default([])
    .describe(description)
}

/** Names that differ in their Unicode form only look the same, and some file systems take them for one. */
function sameName(path: string): string {
  return path.normalize('NFC')
}

/** `a/b` cannot be beside a file `a` in any folder. In the order of names, with folders first, it would come right behind it. */
function belowFiles(names: ReadonlyMap<string, number>): Array<{ readonly index: number; readonly file: number }> {
  const ordered = [...names]
    .map(([name, index]) => ({ parts: `${name.replaceAll('/', '\0')}\0`, index }))
    .toSorted((a, b) => (a.parts < b.parts ? -1 : 1))
  return ordered.flatMap(({ parts, index: file }, at) => {
    const next = ordered[at + 1]
    return next?.parts.startsWith(parts) ? [{ index: next.index, file }] : []
  })
}

function isBelowFile(key: string, file: number): string {
  return `a name of which no part is a file itself ($.files.${key}[${file}].path is)`
}

function repeats(key: string, first: number): string {
  return `a name that no other file of the family has (this repeats $.files.${key}[${first}].path)`
}

/** The `files` part: every file of the version, not only what changed. */
export const filesSchema = section({
  data: familyFiles('data', 'Files of the dataset itself'),
  software: familyFiles('software', 'Code, deposited as a software record of its own'),
  supplemental: familyFiles('supplemental', 'Supplemental files, deposited as a record of their own'),
})
  .prefault({})
  .describe('The full list of files of this version, by family')
