/** How is an object of S3 (or a store that speaks its protocol) opened? */
import { Readable } from 'node:stream'
import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3'
import { Failure } from '../core/failure.ts'
import type { SourceFile } from '../replication/ports/file-transfer.ts'
import { abortable } from './abortable.ts'
import { readerOf } from './byte-reader.ts'
import { naming, type OpenSource, requireSize, shortName, statusFailure, unavailable } from './source-checks.ts'

interface S3Sources {
  /** @throws Failure as the other sources do. Sources are `s3://bucket/key`, the key as it is, without escapes. */
  open(file: SourceFile, signal: AbortSignal): Promise<OpenSource>
  close(): Promise<void>
}

type Sdk = typeof import('@aws-sdk/client-s3')

/**
 * Region, credentials and endpoint come from where the AWS SDK looks for them (environment, profile, instance role).
 * The SDK is loaded with the first object: most installations never need it. The endpoint is the operator's choice,
 * so it may be a private address.
 */
export function createS3Sources(): S3Sources {
  let loading: Promise<{ sdk: Sdk; client: S3Client }> | null = null
  return {
    open: async (file, signal) => {
      loading ??= load()
      return openObject(file, await loading, signal)
    },
    close: async () => {
      const loaded = await loading
      loaded?.client.destroy()
    },
  }
}

async function load(): Promise<{ sdk: Sdk; client: S3Client }> {
  const sdk = await import('@aws-sdk/client-s3')
  const hasOwnEndpoint = Boolean(process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL)
  const client = new sdk.S3Client({
    // a file is tried again as a whole, source and target together: see file-attempts
    maxAttempts: 1,
    followRegionRedirects: true,
    // stores other than AWS rarely have a host name for each bucket
    forcePathStyle: hasOwnEndpoint,
    // the bytes are hashed by us, against the manifest and against what Zenodo stored
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  return { sdk, client }
}

async function openObject(
  file: SourceFile,
  { sdk, client }: { sdk: Sdk; client: S3Client },
  signal: AbortSignal,
): Promise<OpenSource> {
  const { bucket, key } = parseS3(file)
  const where = `s3://${bucket}`
  const answer = await getObject(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }), {
    client,
    file,
    where,
    signal,
  })
  if (!(answer.Body instanceof Readable)) {
    throw unavailable(file, where, new Error('The answer has no body'))
  }
  const body = answer.Body
  // the SDK ends the body with the signal, perhaps before anybody reads it; a reader hears of it by iterating
  body.on('error', () => {})
  requireSize(file, answer.ContentLength ?? null, where)
  return { ...naming(readerOf(body), file, where), where, endIsProven: true }
}

async function getObject(
  command: InstanceType<Sdk['GetObjectCommand']>,
  by: { client: S3Client; file: SourceFile; where: string; signal: AbortSignal },
): Promise<GetObjectCommandOutput> {
  try {
    return await abortable(by.client.send(command, { abortSignal: by.signal }), by.signal)
  } catch (error) {
    const status = statusOf(error)
    if (status !== null && status >= 300) throw statusFailure(by.file, `${by.where} (${shortName(error)})`, { status })
    throw unavailable(by.file, by.where, error)
  }
}

/** The HTTP status in the metadata that the SDK hangs on its errors; null when there was no answer. */
function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('$metadata' in error)) return null
  const metadata = error.$metadata
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return null
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : null
}

function parseS3(file: SourceFile): { bucket: string; key: string } {
  const parts = /^s3:\/\/([a-z0-9][a-z0-9._-]{1,254})\/(.+)$/is.exec(file.source)
  const [, bucket, key] = parts ?? []
  if (bucket !== undefined && key !== undefined) return { bucket, key }
  throw new Failure('source_not_allowed', `The source of "${file.path}" is not of the form s3://bucket/key.`, {
    details: { path: file.path },
  })
}
