/** How are single values of a deposit's metadata read, and what is said about those of the wrong type? */
import { type FieldError, invalid, serverError } from '../http-answer.ts'
import { sanitiseText } from './sanitise-html.ts'

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Reads fields and collects what is wrong with them: marshmallow reports all fields of a level together. */
export interface FieldReader {
  /** A text, sanitised. */
  text(name: string): string | undefined
  /** An array, whatever its elements. */
  list(name: string): readonly unknown[] | undefined
  /** Any value but null. */
  value(name: string): unknown
  /** Adds a complaint of its own. */
  complain(name: string, message: string): void
  /** @throws HttpError 400 with every complaint so far. */
  finish(): void
}

/** Reads the fields of `metadata`. */
export function createFieldReader(source: JsonObject): FieldReader {
  const errors: FieldError[] = []
  const complain = (name: string, message: string): void => {
    errors.push({ field: `metadata.${name}`, messages: [message] })
  }
  const value = (name: string): unknown => {
    if (source[name] !== null) return source[name]
    complain(name, 'Field may not be null.')
    return undefined
  }
  return {
    value,
    complain,
    text(name) {
      const found = value(name)
      if (found === undefined) return undefined
      if (typeof found === 'string') return sanitiseText(found)
      complain(name, 'Not a valid string.')
      return undefined
    },
    list(name) {
      const found = value(name)
      if (found === undefined || Array.isArray(found)) return found
      complain(name, 'Not a valid list.')
      return undefined
    },
    finish() {
      if (errors.length > 0) throw invalid(...errors)
    },
  }
}

/** A value that Zenodo's code takes for an object without looking: anything else makes it answer 500. */
export function requireObject(value: unknown): JsonObject {
  if (!isObject(value)) throw serverError()
  return value
}

/** A sub-key that Zenodo's code takes for present: its absence makes it answer 500. */
export function requireText(source: JsonObject, key: string): string {
  const value = source[key]
  if (typeof value !== 'string') throw serverError()
  return value
}

/** A non-empty text under `key`, else undefined. */
export function optionalText(source: JsonObject, key: string): string | undefined {
  const value = source[key]
  return typeof value === 'string' && value !== '' ? sanitiseText(value) : undefined
}

/** The object without the keys whose value is undefined. */
export function compact<T extends object>(source: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined)) as T
}
