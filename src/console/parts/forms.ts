/** How do forms look and act? One helper for all that change something, so that each says it comes from here, and asks before it destroys. */
import { html } from 'htm/preact'
import type { ComponentChildren, VNode } from 'preact'
import type { Role } from '../../core/roles.ts'
import { curators } from '../page.ts'
import { useView } from '../view.ts'

export interface ActionFormProps {
  /** The path of an action of pages.ts. */
  readonly to: string
  /** What the button says; it names its object: "Requeue copy 41". */
  readonly label: string
  /** Sent along. */
  readonly fields?: Readonly<Record<string, string | readonly string[]>>
  /** Further fields, which a person fills in. */
  readonly children?: ComponentChildren
  /** Asked before: the button opens this sentence, and a second button does it. */
  readonly confirm?: ComponentChildren
  /** The words of that second button. Default: the label. */
  readonly confirmLabel?: string
  /** Whether a person may say why; the question opens with the sentence of `confirm`. */
  readonly reason?: boolean
  readonly tone?: 'primary' | 'danger' | 'plain'
  /** Who sees it. Default: curators and administrators. Null: anybody. */
  readonly roles?: readonly Role[] | null
  /** A letter that presses it. */
  readonly shortcut?: string
}

/** @returns null for who may not do it */
export function ActionForm(props: ActionFormProps): VNode | null {
  const { to, label, confirm, tone = 'plain', roles = curators, shortcut } = props
  const { caller } = useView()
  if (roles !== null && (caller === null || !roles.includes(caller.role))) return null
  const asks = confirm !== undefined || props.reason === true
  const button = html`<button type="submit" class="button ${tone}" data-key=${asks ? undefined : shortcut}>${asks ? (props.confirmLabel ?? label) : label}</button>`
  const form = html`<form method="post" action=${to} class="act">
    <${Hidden} fields=${props.fields ?? {}} />
    ${confirm === undefined ? null : html`<p>${confirm}</p>`}
    ${props.children}
    ${props.reason === true ? html`<${Field} name="reason" label="Why (kept in the story)" maxlength=${500} />` : null}
    ${button}
  </form>`
  if (!asks) return form
  return html`<details class="ask" name="ask" id=${`ask-${idOf(to, label)}`}><summary class="button ${tone}" data-key=${shortcut}>${label}…</summary>${form}</details>`
}

function idOf(to: string, label: string): string {
  return `${to} ${label}`.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}

/** What a form sends beside what a person fills in: its fields, and that it is one of ours. */
export function Hidden({ fields }: { readonly fields: ActionFormProps['fields'] & {} }): VNode {
  const { csrf } = useView()
  const all = csrf === null ? fields : { ...fields, _csrf: csrf }
  const one = (name: string, value: string) => html`<input type="hidden" name=${name} value=${value} />`
  return html`${Object.entries(all).flatMap(([name, value]) => [value].flat().map((each) => one(name, each as string)))}`
}

export interface FieldProps {
  readonly name: string
  readonly label: string
  readonly value?: string | undefined
  readonly type?: 'text' | 'search' | 'number' | 'password' | 'email' | 'date'
  readonly maxlength?: number
  readonly required?: boolean
  readonly hint?: string
}

export function Field({ name, label, value, type = 'text', hint, ...rest }: FieldProps): VNode {
  return html`<label class="field"><span>${label}</span><input type=${type} name=${name} value=${value} ...${rest} />${hint === undefined ? null : html`<small>${hint}</small>`}</label>`
}

export interface SelectProps {
  readonly name: string
  readonly label: string
  readonly value: string | undefined
  /** Value and words. */
  readonly options: ReadonlyArray<readonly [string, string]>
}

export function Select({ name, label, value, options }: SelectProps): VNode {
  return html`<label class="field"><span>${label}</span><select name=${name}>${options.map(
    ([key, words]) => html`<option value=${key} selected=${key === (value ?? '')}>${words}</option>`,
  )}</select></label>`
}

export interface FilterFormProps {
  /** The path of the list. */
  readonly to: string
  /** Whose filter, for those who listen. */
  readonly label: string
  readonly children?: ComponentChildren
  /** The list without any filter; null: there is none. */
  readonly reset: string | null
}

/** Changes what a list shows, and nothing else: all of it stands in the address. */
export function FilterForm({ to, label, children, reset }: FilterFormProps): VNode {
  return html`<form method="get" action=${to} class="filter" role="search" aria-label=${label}>
    ${children}
    <div class="row"><button type="submit" class="button primary">Show</button>${reset === null ? null : html`<a class="button" href=${reset}>Show all</a>`}</div>
  </form>`
}
