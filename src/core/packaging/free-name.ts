/** What is a name called when another file has it already? */

/** The name, or with a number before its ending: `raw.zip`, `raw (2).zip` … */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  const [, stem = name, ending = ''] = /^(.*)(\.[^.]*)$/.exec(name) ?? []
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? name : `${stem} (${number})${ending}`
    if (!taken.has(free)) return free
  }
}
