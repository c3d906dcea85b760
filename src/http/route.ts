/** What is a route of the HTTP API? A method, a path, who may call it, and the zod of all that goes in and out. */
import type { Readable } from 'node:stream'
import type { z } from 'zod'
import type { Caller, Role } from '../core/roles.ts'

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below /api/v1; parameters as in `/copies/:id`. */
  readonly path: string
  readonly roles: readonly Role[]
  readonly summary: string
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  readonly headers?: z.ZodType
  /** Instead of a body: a JSON document a line (application/x-ndjson), read as it comes in. */
  readonly lines?: true
  /** Instead of an answer: server-sent events, until one side ends them. */
  readonly stream?: true
  /** By status. */
  readonly answers: Readonly<Record<number, z.ZodType>>
}

type Read<R, Part extends string> = R extends { readonly [P in Part]: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined

/** What a handler gets of a request: checked, and turned into values. */
interface Asked<R extends Route> {
  readonly params: Read<R, 'params'>
  readonly query: Read<R, 'query'>
  readonly body: Read<R, 'body'>
  readonly headers: Read<R, 'headers'>
  /** Of a route that takes lines. */
  readonly lines: AsyncIterable<Uint8Array>
  readonly caller: Caller
  readonly requestId: string
  /** @throws Failure `token_required` or `role_required` when the caller may no longer do it */
  stillAllowed(): Promise<unknown>
}

/** What it answers. */
type Answer<R extends Route> = R extends { readonly stream: true } ? StreamAnswer : AnswerOf<R>

interface StreamAnswer {
  readonly status: 200
  readonly body: Readable
  readonly headers: Readonly<Record<string, string>>
}

type AnswerOf<R extends Route> = {
  readonly [Status in keyof R['answers']]: {
    readonly status: Status
    readonly body: z.output<R['answers'][Status] & z.ZodType>
    readonly headers?: Readonly<Record<string, string>>
  }
}[keyof R['answers']]

export type Handler<R extends Route> = (asked: Asked<R>) => Promise<Answer<R>>
/** One for each route of a contract. */
export type Handlers<Contract extends Readonly<Record<string, Route>>> = {
  readonly [Name in keyof Contract]: Handler<Contract[Name]>
}
