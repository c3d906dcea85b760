/** When does a worker look at the table again? Soon after there was something to do, then ever later. No clock here. */

const soonMs = 50

/**
 * @param quietLooks looks in a row that found nothing to do
 * @param dueMs until the next copy becomes due; 0: one is, but could not be taken just now; null: none is known
 * @param longestMs what another process enqueues meanwhile waits for no longer
 */
export function pauseMs(quietLooks: number, dueMs: number | null, longestMs: number): number {
  const pause = Math.min(longestMs, soonMs * 2 ** Math.min(quietLooks, 30))
  return dueMs === null || dueMs === 0 ? pause : Math.min(dueMs, pause)
}
