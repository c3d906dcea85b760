/** What does a process hold after everything that can go has gone? Loaded into it before its program; asked by SIGUSR2. */
import { writeSync } from 'node:fs'

const answers = 3

process.on('SIGUSR2', () => {
  // twice: what finalizers let go of is collected the second time
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, rss, external } = process.memoryUsage()
  writeSync(answers, `${JSON.stringify({ heapUsed, rss, external })}\n`)
})
