/** With which seed, and how long, is chance let loose? The same every time in `npm test`; `npm run test:fuzz` plays on. */

/** FUZZ_SEED repeats what a run said; FUZZ_TIMES multiplies the cases. */
const seed = Number(process.env.FUZZ_SEED ?? 2026)
const times = Number(process.env.FUZZ_TIMES ?? 1)

process.stdout.write(`FUZZ_SEED=${seed} FUZZ_TIMES=${times}\n`)

/** Parameters of a property with so many cases. What is tried in vain to make a failure smaller is bounded too. */
export function chance(cases: number) {
  return { seed, numRuns: cases * times, interruptAfterTimeLimit: 20_000 * times, markInterruptAsFailure: false }
}

/** Milliseconds that a property may take. */
export const patience = 30_000 + 25_000 * times
