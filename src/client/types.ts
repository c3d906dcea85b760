/** What does a program hand to the client, and get of it? Made from the contract, so that it cannot say anything else. */
import type { z } from 'zod'
import type { Contract } from '../http/contract.ts'
import type { LiveData, LiveName } from '../http/live-schemas.ts'

export interface ClientOptions {
  /** Where `zenodo-replicator serve` answers, such as `https://replicator.example.org`. */
  readonly url: string
  /** Made by `token create`; or where to get it each time. */
  readonly token: string | (() => string | Promise<string>)
  /** Longest wait for an answer, in milliseconds; default 60,000. */
  readonly timeoutMs?: number
  /** How often what may be repeated is, when the service cannot be reached; default 3. */
  readonly retries?: number
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** Longest wait for the answer, in milliseconds; default: that of the client. */
  readonly timeoutMs?: number
}

/** Routes that take a JSON document a line. */
export type LinesName = {
  [Name in keyof Contract]: Contract[Name] extends { readonly lines: true } ? Name : never
}[keyof Contract]
/** All others that answer JSON. */
export type CallName = Exclude<keyof Contract, 'listen' | 'exportCopies' | LinesName>

type Part<R, Name extends string> = R extends { readonly [P in Name]: infer Schema extends z.ZodType } ? Schema : never
type WhenThere<Schema, Value> = [Schema] extends [never] ? unknown : Value
/** Left out, it is as the service has it. */
type Loose<Value> = { readonly [Key in keyof Value]?: Value[Key] | undefined }

type BodyOf<Schema extends z.ZodType> =
  null extends z.input<Schema> ? { readonly body?: Exclude<z.input<Schema>, null> } : { readonly body: z.input<Schema> }

/** What is filled in: `params`, `query`, `headers` and `body`, as far as the route has them. */
export type Asked<Name extends keyof Contract> = WhenThere<
  Part<Contract[Name], 'params'>,
  { readonly params: z.output<Part<Contract[Name], 'params'>> }
> &
  WhenThere<Part<Contract[Name], 'query'>, { readonly query?: Loose<z.output<Part<Contract[Name], 'query'>>> }> &
  WhenThere<Part<Contract[Name], 'headers'>, { readonly headers?: { readonly 'if-match'?: string } }> &
  WhenThere<Part<Contract[Name], 'body'>, BodyOf<Part<Contract[Name], 'body'>>>

type Answers<Name extends keyof Contract> = Contract[Name]['answers'][keyof Contract[Name]['answers']]
export type Answered<Name extends keyof Contract> = Answers<Name> extends z.ZodType ? z.output<Answers<Name>> : never

/** A copy, as every answer tells it. */
export type ApiCopy = Answered<'getCopy'>
export type CopyQuery = Loose<z.output<Part<Contract['listCopies'], 'query'>>>
export type EventQuery = Loose<z.output<Part<Contract['listen'], 'query'>>>

/** By the name in `event`; `id` is where to go on. */
export type LiveEvent = {
  readonly [Name in Exclude<LiveName, 'hello' | 'end'>]: {
    readonly event: Name
    readonly data: LiveData<Name>
    readonly id: string
  }
}[Exclude<LiveName, 'hello' | 'end'>]

export interface EventsOptions {
  readonly signal?: AbortSignal | undefined
  /** Goes on behind what was heard with this id. */
  readonly lastId?: string
}

type Method<Name extends CallName> =
  Record<never, never> extends Asked<Name>
    ? (asked?: Asked<Name>, options?: CallOptions) => Promise<Answered<Name>>
    : (asked: Asked<Name>, options?: CallOptions) => Promise<Answered<Name>>

/** A method for each route, by the name that the OpenAPI document has for it; all throw an `ApiError`. */
export type Client = { readonly [Name in CallName]: Method<Name> } & {
  /** Any number of documents, sent as they come. That is not repeated by itself. */
  readonly [Name in LinesName]: (
    documents: Iterable<unknown> | AsyncIterable<unknown>,
    options?: CallOptions,
  ) => Promise<Answered<Name>>
} & {
  /** As a method, with what the answer has beside its body: the `etag` of a copy. */
  call<Name extends CallName>(
    name: Name,
    asked: Asked<Name>,
    options?: CallOptions,
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly body: Answered<Name> }>
  /** All copies that a query finds, page by page as they are read. */
  listAll(query?: CopyQuery, options?: CallOptions): AsyncGenerator<ApiCopy, void, undefined>
  /** A list as a file, as it comes. */
  exportCopies(asked?: Asked<'exportCopies'>, options?: CallOptions): Promise<ReadableStream<Uint8Array>>
  /**
   * What happens, as it happens, until the signal ends it or the service refuses the token: connections that break are made again,
   * and each event of a copy is told once. On `reset`, load anew what you keep.
   */
  events(query?: EventQuery, options?: EventsOptions): AsyncGenerator<LiveEvent, void, undefined>
}
