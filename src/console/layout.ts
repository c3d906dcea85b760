/** What stands around each page? Its head, the way to the others, how the service is, what came of the last action. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import type { Caller } from '../core/roles.ts'
import type { Assets } from './assets.ts'
import { Icon } from './icon.ts'
import type { Notice } from './notice.ts'
import type { NavEntry } from './page.ts'
import { ActionForm, Hidden } from './parts/forms.ts'
import { HealthStrip, type Strip } from './strip.ts'
import type { Theme } from './theme.ts'
import { type View, ViewContext } from './view.ts'

export interface Entry extends NavEntry {
  readonly path: string
}

export interface Frame {
  readonly view: View
  readonly title: string
  readonly theme: Theme
  readonly live: boolean
  readonly nav: readonly Entry[]
  /** Path of the entry that the page belongs to. */
  readonly under: string | null
  readonly strip: Strip | null
  readonly notice: Notice | null
  readonly assets: Assets
  /** Whether there is an action at /sign-out. */
  readonly signOut: boolean
}

/** The whole document. */
export function documentOf(frame: Frame, body: VNode): string {
  const page = html`<${ViewContext.Provider} value=${frame.view}>
    <html lang="en">
      <${Head} ...${frame} />
      <body data-theme=${frame.theme} data-live=${frame.live ? '' : undefined}>
        <a class="skip" href="#main">Skip to the content</a>
        <${Header} ...${frame} />
        ${frame.strip === null ? null : html`<${HealthStrip} ...${frame.strip} />`}
        <main id="main" tabindex="-1">
          ${frame.notice === null ? null : html`<${NoticeBox} ...${frame.notice} />`}
          <h1>${frame.title}</h1>
          ${body}
        </main>
        <${Footer} ...${frame} />
      </body>
    </html>
  <//>`
  return `<!doctype html>\n${renderToString(page)}`
}

function Head({ title, assets }: Frame): VNode {
  return html`<head>
    <meta charset="utf-8" />
    <title>${`${title} – zenodo-replicator`}</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="turbo-prefetch" content="false" />
    <meta name="turbo-cache-control" content="no-cache" />
    <link rel="icon" href=${assets.address('icon.svg')} />
    <link rel="stylesheet" href=${assets.address('console.css')} data-turbo-track="reload" />
    <script type="module" src=${assets.address('console.js')} data-turbo-track="reload"></script>
  </head>`
}

function Header({ nav, under, view, signOut }: Frame): VNode {
  return html`<header class="top">
    <a class="brand" href="/"><${Icon} name="finished" />zenodo-replicator</a>
    ${
      view.caller === null
        ? null
        : html`<nav aria-label="Pages of the console"><ul>${nav.map(
            ({ path, label, key }) =>
              html`<li><a href=${path} data-go=${key} aria-current=${path === under ? 'page' : undefined}>${label}</a></li>`,
          )}</ul></nav>`
    }
    <div class="who">${
      view.caller === null
        ? null
        : html`<span title=${`role: ${view.caller.role}`}>${view.caller.name}</span>${signOut && isSession(view.caller) ? html`<${ActionForm} to="/sign-out" label="Sign out" roles=${null} />` : null}`
    }</div>
  </header>`
}

/** Who comes with a token or by a proxy has nothing to end. */
function isSession({ how }: Caller): boolean {
  return how !== 'token' && how !== 'proxy'
}

function NoticeBox({ tone, text }: Notice): VNode {
  const [icon, role] = tone === 'done' ? (['finished', 'status'] as const) : (['error', 'alert'] as const)
  return html`<div class="notice ${tone}" role=${role} data-stays><${Icon} name=${icon} /><p>${text}</p></div>`
}

function Footer({ theme, view }: Frame): VNode {
  return html`<footer class="bottom">
    <p id="live" class="live" role="status" data-stays></p>
    <p id="said" class="unseen" role="status" data-stays></p>
    <button type="button" id="pause" class="button" aria-pressed="false" hidden data-stays>Pause updates</button>
    <a href="/keys">Keys</a>
    <form method="post" action="/theme" data-turbo="false" class="theme" aria-label="Colours">
      <${Hidden} fields=${{ back: view.at }} />
      ${themeButtons.map(
        ([value, label]) =>
          html`<button name="theme" value=${value} class="button" aria-pressed=${value === theme ? 'true' : 'false'}>${label}</button>`,
      )}
    </form>
  </footer>`
}

const themeButtons: ReadonlyArray<readonly [Theme, string]> = [
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['system', 'As the system'],
]
