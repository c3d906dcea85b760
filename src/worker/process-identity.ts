/** Who holds the lease, told so precisely that a later process on the same host can see whether it still lives? */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** `host|boot id|pid|start time|nonce`: pid and start time together are never used twice within one boot. */
export function processIdentity(host: string): string {
  return [host, bootId(), process.pid, startTime(process.pid) ?? '?', randomUUID().slice(0, 8)].join('|')
}

/** True only when the holder ran on this host and boot, and that very process is gone. When in doubt: false. */
export function isGone(holder: string, host: string): boolean {
  const [holderHost, boot, pid, started] = holder.split('|')
  if (holderHost !== host || boot === '?' || boot !== bootId() || started === '?') return false
  return startTime(Number(pid)) !== started
}

function bootId(): string {
  return readProc('/proc/sys/kernel/random/boot_id')?.trim() ?? '?'
}

/** Clock ticks since boot (proc(5), field 22, counted behind the name, which may hold spaces); null when there is no such process. */
function startTime(pid: number): string | null {
  const stat = readProc(`/proc/${pid}/stat`)
  if (stat === null) return null
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? null : (fields[19] ?? null)
}

function readProc(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null // no such process, or no /proc on this system: both mean that nothing can be told from it
  }
}
