/** How do copies come into the table? Types only. */
import type { Copy, CopyFile, CopyType } from '../../core/copy.ts'
import type { Manifest } from '../../core/manifest/manifest.ts'

/** A manifest as it is stored for a version. `fileRoot` is the folder relative `file:` sources may lie in, else null. */
export interface StoredManifest {
  readonly manifest: Manifest
  readonly fileRoot: string | null
}

/** All that is known of a dataset while its row is locked. */
export interface KnownDataset {
  /** The manifest stored for the version in question, or null. */
  readonly stored: StoredManifest | null
  /** Copies of every version of the dataset, in id order. */
  readonly copies: readonly Copy[]
}

export interface NewCopy {
  readonly type: CopyType
  readonly priority: number
  /** ISO time before which it must not run; null: at once. */
  readonly runAfter: string | null
  readonly files: readonly NewFile[]
  readonly requestedBy: string | null
}

export type NewFile = Pick<CopyFile, 'path' | 'size' | 'checksum' | 'source' | 'state'>

/** What enqueue decided; carried out in the transaction that read `KnownDataset`. */
export interface EnqueuePlan {
  /** Store this as the version's manifest (insert or replace), or null to leave what is there. */
  readonly save: StoredManifest | null
  readonly create: readonly NewCopy[]
  /** Copies that are not finished: their file lists are replaced, keeping what is known of files that stay the same. */
  readonly refreshFiles: ReadonlyArray<{ readonly copyId: number; readonly files: readonly NewFile[] }>
  /** Copies of the answer that existed before. */
  readonly existing: readonly number[]
}

/** One version of a dataset that somebody sent. */
export interface IntakeRequest {
  readonly dataset: { readonly doi: string; readonly id: string | null }
  readonly version: { readonly number: number; readonly id: string | null }
  /**
   * Called once or more: a deadlock repeats the whole batch. Null: this request is refused, and leaves nothing behind.
   * What it throws undoes the batch.
   */
  readonly decide: (known: KnownDataset) => EnqueuePlan | null
}

export interface IntakeCopy {
  readonly copy: Copy
  readonly created: boolean
}

export interface Intake {
  /**
   * Locks the datasets (made when unknown), reads what is there, carries out the plans, all in one transaction. Requests
   * about one dataset are decided one after the other, each knowing what the ones before it did.
   * @returns for each request the created and existing copies of its plan, by id; none for a refused one.
   */
  enqueue(requests: readonly IntakeRequest[]): Promise<IntakeCopy[][]>
}
