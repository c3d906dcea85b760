/** How does a page follow what happens? It is asked for again when something did, and only what differs is changed: focus and what is half written stay. */
import { count } from './selection.js'
import { morphElements } from './turbo.js'

const leastMs = 1000
/** Without news: words like "3 minutes ago" move on. */
const idleMs = 30_000
/** While there is no stream of news. */
const pollMs = 5000
const followed = ['.top nav', '.strip', 'main']

let paused = sessionStorage.getItem('paused') === 'yes'
let ended = false
let lastAt = 0
/** @type {number | undefined} */
let timer
/** @type {EventSource | null} */
let stream = null

export function addLive() {
  document.addEventListener('turbo:load', begin)
  document.addEventListener('visibilitychange', begin)
  document.addEventListener('turbo:submit-start', forgetNotices)
  document.addEventListener('turbo:before-morph-element', keepWhatIsEdited)
  document.addEventListener('turbo:before-morph-attribute', keepWhatIsOpen)
  document.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('#pause')) turn()
  })
}

function isLive() {
  return 'live' in document.body.dataset
}

function begin() {
  ended = false
  const follows = isLive() && !paused && !document.hidden
  if (follows) listen()
  else hangUp()
  tell()
  // a tab that comes back shows what is now
  plan(lastAt === 0 ? pollMs : document.hidden ? idleMs : leastMs)
  if (lastAt === 0) lastAt = Date.now()
}

function turn() {
  paused = !paused
  sessionStorage.setItem('paused', paused ? 'yes' : 'no')
  begin()
}

function listen() {
  if (stream !== null) return
  stream = new EventSource('/api/v1/events')
  for (const news of ['hello', 'copy', 'progress', 'service', 'database', 'reset', 'end'])
    stream.addEventListener(news, heard)
}

function hangUp() {
  stream?.close()
  stream = null
  clearTimeout(timer)
}

function heard() {
  plan(0)
}

/**
 * Not before a second has passed since the last time.
 * @param {number} afterMs
 */
function plan(afterMs) {
  clearTimeout(timer)
  if (!isLive() || paused || ended || document.hidden) return
  timer = setTimeout(refresh, Math.max(afterMs, lastAt + leastMs - Date.now()))
}

async function refresh() {
  const address = location.href
  lastAt = Date.now()
  try {
    const answer = await fetch(address, { headers: { accept: 'text/html', 'x-refresh': 'live' }, redirect: 'manual' })
    if (answer.type === 'opaqueredirect') return end()
    if (answer.status >= 500) throw new Error(`status ${answer.status}`)
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html')
    if (address === location.href && !paused) put(next)
    tell()
  } catch {
    // told to the person, and tried again
    tell('The server does not answer. Trying again…')
  }
  plan(stream?.readyState === EventSource.OPEN ? idleMs : pollMs)
}

/** @param {Document} next */
function put(next) {
  const before = sayings()
  for (const place of followed) {
    const [from, to] = [document.querySelector(place), next.querySelector(place)]
    if (from !== null && to !== null) morphElements(from, to)
  }
  document.title = next.title
  count()
  const now = sayings()
  const said = document.querySelector('#said')
  if (said !== null && now !== before) said.textContent = now
}

/** What is worth to be read aloud when it changes: counts, never bytes. */
function sayings() {
  return [...document.querySelectorAll('[data-say]')].map((one) => one.getAttribute('data-say')).join('. ')
}

/** The session is over: what is on the page stays, as somebody may have written something. */
function end() {
  ended = true
  hangUp()
  tell('You are signed out, so this page is no longer kept up to date.')
}

/** @param {string} [trouble] */
function tell(trouble) {
  const place = document.querySelector('#live')
  const button = document.querySelector('#pause')
  if (place === null || !(button instanceof HTMLElement)) return
  button.hidden = !isLive()
  button.setAttribute('aria-pressed', String(paused))
  const words = trouble ?? (isLive() ? (paused ? 'Updates are paused.' : 'This page keeps itself up to date.') : '')
  if (place.textContent !== words) place.textContent = words
  place.classList.toggle('bad', trouble !== undefined)
}

function forgetNotices() {
  for (const notice of document.querySelectorAll('.notice')) notice.remove()
}

/** @param {Event} event */
function keepWhatIsEdited(event) {
  const { target } = event
  if (target instanceof Element && (target.hasAttribute('data-stays') || isEdited(target))) event.preventDefault()
}

/** @param {Element} element */
function isEdited(element) {
  if (element instanceof HTMLInputElement) {
    return element.type === 'checkbox' || element.type === 'radio'
      ? element.checked !== element.defaultChecked
      : element.value !== element.defaultValue
  }
  if (element instanceof HTMLTextAreaElement) return element.value !== element.defaultValue
  if (element instanceof HTMLSelectElement) {
    return (
      element === document.activeElement || [...element.options].some((one) => one.selected !== one.defaultSelected)
    )
  }
  return false
}

/** @param {Event} event */
function keepWhatIsOpen(event) {
  const { target } = event
  const { attributeName } = /** @type {CustomEvent<{ attributeName: string }>} */ (event).detail
  if (attributeName === 'open' && target instanceof HTMLDetailsElement) event.preventDefault()
}
