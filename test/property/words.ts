/** How is an act told to a person who reads what happened? */
import { calls, type Edit, type QuickAct } from './history.ts'

/** An act in a line of words. */
export function inWords(act: QuickAct): string {
  switch (act.act) {
    case 'fault': {
      const often = `${act.times === 1 ? '' : `, ${act.times} times`}${act.skip === 0 ? '' : `, after ${act.skip}`}`
      return `trouble with ${act.call === 'any' ? 'any request' : calls[act.call].join(' ')}: ${act.trouble}${act.trouble === 'cut_body' ? ` at ${act.bytes}` : ''}${often}`
    }
    case 'curator':
      return `a curator wants to ${act.action}`
    case 'hand':
      return `at Zenodo, somebody: ${act.hand}`
    case 'mood':
      return `${act.mood} ${act.on ? 'on' : 'off'}`
    case 'wrong_md5':
      return `the next ${act.times} uploads are stored wrongly`
    case 'source':
      return `the source answers with ${act.trouble}, ${act.times} times`
    case 'version':
    case 'late':
    case 'alter':
      return `${act.act} of dataset ${act.dataset} [${act.edits.map(editInWords).join(', ')}]`
    default:
      return `${act.act} of dataset ${act.dataset}`
  }
}

function editInWords(edit: Edit): string {
  switch (edit.edit) {
    case 'put':
      return `${edit.family} "${edit.name}" = ${edit.content}`
    case 'remove':
      return `${edit.family} without file ${edit.which}`
    case 'rename':
      return `${edit.family} file ${edit.which} is now "${edit.to}"`
    case 'clear':
      return `no ${edit.family}`
  }
}
