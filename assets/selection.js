/** How are many rows selected? All of the page at once, or a range with the shift key; and how many are, is said. */

/** @type {HTMLInputElement | null} */
let last = null

export function addSelection() {
  document.addEventListener('click', (event) => {
    const { target } = event
    if (!(target instanceof HTMLInputElement) || target.type !== 'checkbox') return
    if (target.matches('[data-all]')) selectAll(target)
    else if (target.name === 'id') selectOne(target, event.shiftKey)
    count()
  })
  document.addEventListener('turbo:load', count)
}

function boxes() {
  return [...document.querySelectorAll('input[type=checkbox][name=id]')].filter(
    (box) => box instanceof HTMLInputElement,
  )
}

/** @param {HTMLInputElement} target */
function selectAll({ checked }) {
  for (const box of boxes()) box.checked = checked
}

/**
 * @param {HTMLInputElement} target
 * @param {boolean} isRange
 */
function selectOne(target, isRange) {
  if (isRange) selectRange(target)
  last = target
}

/** @param {HTMLInputElement} target */
function selectRange(target) {
  const all = boxes()
  const from = last === null ? -1 : all.indexOf(last)
  if (from === -1) return
  const [start, end] = [from, all.indexOf(target)].toSorted((a, b) => a - b)
  for (const box of all.slice(start, (end ?? 0) + 1)) box.checked = target.checked
}

export function count() {
  const place = document.querySelector('[data-count]')
  if (place === null) return
  const selected = boxes().filter(({ checked }) => checked).length
  const text = selected === 0 ? '' : `${selected} selected`
  if (place.textContent !== text) place.textContent = text
}
