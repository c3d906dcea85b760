/** Which day is it? Embargoes end on one. */

/** YYYY-MM-DD in UTC, as Zenodo counts days. */
export function today(): string {
  return new Date().toISOString().slice(0, 10)
}
