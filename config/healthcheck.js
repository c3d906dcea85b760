// Does the process of this container live? Asks `serve` and then the worker at their ports; one of them is here.
const { env } = process
const ports = [env.ZENODO_REPLICATOR_SERVER_PORT ?? '8080', env.ZENODO_REPLICATOR_WORKER_METRICS_PORT ?? '0']

async function lives(port) {
  try {
    return (await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(4000) })).ok
  } catch {
    return false
  }
}

const alive = await Promise.all(ports.filter((port) => port !== '0').map(lives))
process.exitCode = alive.includes(true) ? 0 : 1
