/** What is a page of the console, and what an action? A page shows, at an address of its own; an action is a form that is sent, and ends on a page. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { VNode } from 'preact'
import type { z } from 'zod'
import type { Caller, Role } from '../core/roles.ts'
import type { ServicePorts } from '../http/ports.ts'

/** Who may look, and who may move copies on. */
export const readers = ['viewer', 'curator', 'admin'] as const satisfies readonly Role[]
export const curators = ['curator', 'admin'] as const satisfies readonly Role[]
/** Also who is not signed in. */
export const anybody = null

/** An entry of the navigation. */
export interface NavEntry {
  readonly label: string
  /** After `g`: goes there. A letter of its own. */
  readonly key: string
}

interface Common<Params> {
  /** As fastify takes it: `/copies/:id`. */
  readonly path: string
  /** Null: anybody, signed in or not. */
  readonly roles: readonly Role[] | null
  readonly params?: z.ZodType<Params>
  /** So few times a minute from one address that nobody gets far by guessing. */
  readonly limited?: true
}

export interface Asked<Params, Query> {
  readonly params: Params
  readonly query: Query
  /** Null only on pages for anybody. */
  readonly caller: Caller | null
  readonly ports: ServicePorts
  /** For cookies and the like. */
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

export interface Shown {
  /** Of the window, and the heading of the page. */
  readonly title: string
  /** What stands below the heading. */
  readonly body: VNode
  /** Default 200. */
  readonly status?: number
  /** Whether it follows what happens. Default true; false where a person is about to decide on what is shown. */
  readonly live?: boolean
}

export interface PageSpec<Params, Query> extends Common<Params> {
  /** An entry of its own, the path of the page that has it, or null. */
  readonly nav: NavEntry | string | null
  readonly query?: z.ZodType<Query>
  show(asked: Asked<Params, Query>): Promise<Shown>
}

export interface ActionSpec<Params, Form> extends Common<Params> {
  /** Of the fields; texts, or lists of texts where one is repeated. */
  readonly form?: z.ZodType<Form>
  /** @throws Failure a refusal is told on the page that `back` names */
  run(asked: Asked<Params, undefined> & { readonly form: Form }): Promise<Done>
  /** Where a refusal is told. Without, it gets a page of its own. */
  back?(asked: { readonly params: Params; readonly form: Form }): string
}

interface Done {
  /** The page that shows what came of it. */
  readonly to: string
  /** Shown once on that page. */
  readonly notice?: string
}

/** An address that shows nothing itself: it does something, and leads on, also to elsewhere. */
export interface DetourSpec<Query> extends Common<undefined> {
  readonly query: z.ZodType<Query>
  /** @throws Failure a refusal is told on the page that `back` names */
  go(asked: Asked<undefined, Query>): Promise<Done>
  readonly back: string
}

export type Page = { readonly kind: 'page' } & PageSpec<never, never>
export type Action = { readonly kind: 'action' } & ActionSpec<never, never>

export type Detour = { readonly kind: 'detour' } & DetourSpec<never>

/** A page that is to be listed in pages.ts. */
export function page<Params = undefined, Query = undefined>(spec: PageSpec<Params, Query>): Page {
  return { kind: 'page', ...spec } as unknown as Page
}

/** An action that is to be listed in pages.ts. */
export function action<Params = undefined, Form = undefined>(spec: ActionSpec<Params, Form>): Action {
  return { kind: 'action', ...spec } as unknown as Action
}

/** A detour that is to be listed in pages.ts. */
export function detour<Query>(spec: DetourSpec<Query>): Detour {
  return { kind: 'detour', ...spec } as unknown as Detour
}
