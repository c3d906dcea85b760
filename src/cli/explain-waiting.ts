/** Why is nothing happening? A person has paused it, or what waits is not due yet. */
import prettyMs from 'pretty-ms'
import type { App } from '../app.ts'
import { switchInWords } from '../replication/standstill.ts'
import type { Output } from './output.ts'
import { unpauseWords } from './unpause-words.ts'

export async function explainWaiting(app: App, output: Output): Promise<void> {
  const pause = (await app.desk.switches()).find((one) => one.name === 'pause')
  if (pause) {
    output.talk(switchInWords(pause, unpauseWords))
    return
  }
  const due = await app.nextDueInMs()
  if (due !== null && due > 0)
    output.talk(`The next copy becomes due in ${prettyMs(due, { compact: true })}; --wait waits for it.`)
}
