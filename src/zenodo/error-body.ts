/** What reasons does a refusing answer give? Reads Zenodo's error bodies of all generations, tolerantly. */
import { z } from 'zod'
import { redact } from '../core/redact.ts'
import { type Answer, jsonOf } from './responses.ts'

export interface FieldError {
  /** Dotted path, such as `metadata.creators.0.name`; empty when the error names none. */
  readonly field: string
  readonly messages: readonly string[]
}

export interface ErrorBody {
  /** As it came: redact what is made of it. */
  readonly message: string
  readonly fields: readonly FieldError[]
  /** Under which Zenodo's operators find a 5xx. */
  readonly errorId: string | null
}

/** As much as people read of a refusal. */
const most = { fields: 100, messages: 20, name: 200 }

/** Today's servers send `messages`, those before October 2023 sent `message`, some errors have a code and no field. */
const fieldSchema = z
  .object({
    field: z.string().catch(''),
    messages: z.array(z.unknown()).catch([]),
    message: z.unknown().optional(),
  })
  .transform(
    (entry): FieldError => ({
      field: redact(entry.field, most.name),
      messages: [...entry.messages.slice(0, most.messages), entry.message]
        .filter((text) => typeof text === 'string')
        .map((text) => redact(text)),
    }),
  )

const bodySchema = z.object({
  message: z.string().catch(''),
  errors: z
    .array(z.unknown())
    .transform((errors) => errors.slice(0, most.fields))
    .pipe(z.array(fieldSchema))
    .catch([]),
  error_id: z.string().nullable().catch(null),
})

const nothing: ErrorBody = { message: '', fields: [], errorId: null }

/** Never throws: a body that tells nothing, such as a proxy's page, is an empty one. */
export function errorBodyOf(answer: Answer): ErrorBody {
  const parsed = bodySchema.safeParse(parsedOrNull(answer))
  if (!parsed.success) return nothing
  const { message, errors, error_id } = parsed.data
  const errorId = error_id === null ? null : redact(error_id, most.name)
  return { message, fields: errors, errorId }
}

/** "metadata.title: Missing data for required field." and so on, in one line. */
export function fieldsInWords(fields: readonly FieldError[]): string {
  return fields.map(({ field, messages }) => `${field === '' ? '' : `${field}: `}${messages.join(' ')}`).join(' · ')
}

function parsedOrNull(answer: Answer): unknown {
  try {
    return jsonOf(answer)
  } catch {
    // the status already tells that it failed; a broken body or a proxy's page adds no reason
    return null
  }
}
