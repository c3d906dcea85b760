/** Who holds the lease, told so precisely that a later process on the same host can see whether it still lives? */
import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'

/** `host|boot id, pid namespace|pid|start time|nonce`: pid and start time are never used twice within one of the second. */
export function processIdentity(host: string): string {
  return [host, pidSpace(), process.pid, startTime(process.pid) ?? '?', randomUUID().slice(0, 8)].join('|')
}

/** True only when the holder ran on this host and boot, and that very process is gone. When in doubt: false. */
export function isGone(holder: string, host: string): boolean {
  const [holderHost, space, pid, started] = holder.split('|')
  const own = pidSpace()
  if (holderHost !== host || own === null || space !== own || started === '?') return false
  return startTime(Number(pid)) !== started
}

/** Where a pid means something: this boot of the kernel, and this container. Null when that cannot be told. */
function pidSpace(): string | null {
  const boot = readProc('/proc/sys/kernel/random/boot_id')?.trim()
  try {
    return boot ? `${boot},${readlinkSync('/proc/self/ns/pid')}` : null
  } catch {
    return null // no such link on this system: then nothing can be told of other processes
  }
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
