/** What does a person see who asked for what cannot be? What it was, in a sentence, and what can be done. */
import { html } from 'htm/preact'
import type { Problem } from '../http/problem.ts'
import type { Shown } from './page.ts'
import { Facts } from './parts/facts.ts'

const titles: Readonly<Record<number, string>> = {
  400: 'That cannot be read',
  403: 'That is not open to you',
  404: 'There is nothing here',
  409: 'That is not possible now',
  412: 'It has changed meanwhile',
  429: 'Too often',
  503: 'Not now',
}

export function refusalPage(problem: Problem): Shown & { readonly nav: null } {
  const { status, detail, code, hint, requestId } = problem
  const isRefusal = status < 500
  return {
    title: titles[status] ?? (isRefusal ? 'That was refused' : 'Something went wrong'),
    status,
    live: false,
    nav: null,
    body: html`<p class="lead">${detail}</p>
      ${code === 'bad_request' && isRefusal ? null : html`<p>${hint}</p>`}
      <p class="row"><a class="button primary" href="/copies">To the copies</a></p>
      ${isRefusal ? null : html`<${Facts} facts=${[['Request', html`<code>${requestId}</code>`]]} />`}`,
  }
}
