/** Which keys work? Those that the page /keys lists; never while somebody writes. */

const thinkingMs = 2000
let goingUntil = 0

export function addKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    if (event.key === 'Escape') return close()
    if (isWriting(event.target) || document.querySelector('dialog[open]')) return
    if (press(event.key)) event.preventDefault()
  })
}

/** @param {EventTarget | null} target */
function isWriting(target) {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'submit', 'button'].includes(target.type)
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

/**
 * @param {string} key
 * @returns {boolean} whether the key meant something
 */
function press(key) {
  if (performance.now() < goingUntil) return go(key)
  const does = doings[key] ?? pressButton
  return does(key)
}

/** @type {Record<string, (key: string) => boolean>} */
const doings = {
  g: startGoing,
  j: () => step(1),
  k: () => step(-1),
  o: () => clickOn(rowHere()?.querySelector('a')),
  x: () => clickOn(rowHere()?.querySelector('input[type=checkbox]')),
  p: () => clickOn(document.querySelector('#pause')),
  '/': () => focusOn(document.querySelector('input[type=search]')),
  '?': () => {
    void showKeys()
    return true
  },
}

/** @param {string} key */
function pressButton(key) {
  return /^[a-z]$/.test(key) && clickOn(document.querySelector(`[data-key="${key}"]`))
}

/** @param {Element | null | undefined} element */
function clickOn(element) {
  if (!(element instanceof HTMLElement)) return false
  element.focus()
  element.click()
  return true
}

/** @param {Element | null | undefined} element */
function focusOn(element) {
  if (!(element instanceof HTMLElement)) return false
  element.focus()
  element.scrollIntoView({ block: 'nearest' })
  return true
}

function rowHere() {
  return document.activeElement?.closest('.walk tbody tr') ?? null
}

/** @param {1 | -1} by */
function step(by) {
  const rows = [...document.querySelectorAll('.walk tbody tr')]
  const here = rows.findIndex((row) => row.contains(document.activeElement))
  const next = here === -1 ? rows[by === 1 ? 0 : rows.length - 1] : rows[here + by]
  return focusOn(next?.querySelector('a'))
}

function startGoing() {
  goingUntil = performance.now() + thinkingMs
  document.documentElement.dataset.going = ''
  setTimeout(stopGoing, thinkingMs)
  return true
}

function stopGoing() {
  goingUntil = 0
  delete document.documentElement.dataset.going
}

/** @param {string} key */
function go(key) {
  stopGoing()
  return /^[a-z]$/.test(key) && clickOn(document.querySelector(`[data-go="${key}"]`))
}

function close() {
  stopGoing()
  const open = document.querySelector('details.ask[open]')
  open?.removeAttribute('open')
  focusOn(open?.querySelector('summary'))
}

/** The page about the keys, over this one. */
async function showKeys() {
  const answer = await fetch('/keys', { headers: { accept: 'text/html', 'x-refresh': 'keys' } })
  if (!answer.ok) return
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const dialog = document.createElement('dialog')
  dialog.setAttribute('aria-label', 'Keys')
  const form = document.createElement('form')
  form.method = 'dialog'
  form.innerHTML = '<button class="button primary">Close</button>'
  dialog.append(...(page.querySelector('main')?.childNodes ?? []), form)
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}
