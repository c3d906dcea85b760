/** What does a look of `doctor` come back with? */

/** What was found in a sentence, and what would be right. `ok` lines say it too, so that people can check it. */
export type Finding = readonly [status: 'ok' | 'warn', message: string, hint?: string]

/** The troubles; when there are none, one line that says so. */
export function orElse(troubles: readonly Finding[], fine: string): readonly Finding[] {
  return troubles.length > 0 ? troubles : [['ok', fine]]
}
