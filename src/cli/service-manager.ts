/**
 * How does systemd learn that the service is up, lives, and stops? Node has no datagram sockets of Unix, so the messages of
 * sd_notify(3) are sent by the program systemd-notify; that needs NotifyAccess=all in the unit.
 */
import { execFile } from 'node:child_process'

export interface ServiceManager {
  /** The service does its work, or stands by for it. Told once; later words only change what `systemctl status` shows. */
  ready(words: string): void
  stopping(): void
  /** No more signs of life. */
  end(): void
}

/** Of the time after which the manager would lose patience; each sign is a process of its own. */
const signsWithinPatience = 4

/** Does nothing where no service manager waits for it. @param onTrouble hears why a message could not be sent */
export function serviceManager(env: NodeJS.ProcessEnv, onTrouble: (why: string) => void): ServiceManager {
  if (!env.NOTIFY_SOCKET) return { ready() {}, stopping() {}, end() {} }
  const send = (...state: string[]) => {
    execFile('systemd-notify', state, { timeout: 10_000 }, (error) => {
      if (error !== null) onTrouble(error.message)
    }).unref()
  }
  let beating: NodeJS.Timeout | null = null
  const beat = () => {
    const patienceMs = Number(env.WATCHDOG_USEC ?? 0) / 1000
    // a timer proves no more than that this process still gets its turn: waiting for Zenodo or the database is no reason to be killed
    if (patienceMs > 0) beating ??= setInterval(() => send('WATCHDOG=1'), patienceMs / signsWithinPatience).unref()
  }
  return {
    ready(words) {
      send('READY=1', `STATUS=${words}`)
      beat()
    },
    stopping: () => send('STOPPING=1', 'STATUS=stops: what is under way ends first'),
    end() {
      if (beating !== null) clearInterval(beating)
    },
  }
}
