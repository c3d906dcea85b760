#!/usr/bin/env node
// Which Node and which code does the command run? In a checkout the sources, unbuilt; in the package what was built.
// Plain JavaScript that old releases of Node can read as well, so that they get a sentence instead of a stack trace.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import nodeModule from 'node:module'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

const needed = 24
const internalError = 70
const at = (path) => fileURLToPath(new URL(path, import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= needed) await start()
else if (existsSync(at('../node_modules/.bin/node'))) startWith(at('../node_modules/.bin/node'))
else {
  process.stderr.write(
    `zenodo-replicator needs Node.js ${needed} or later; this is ${process.version} (${process.execPath}).\n`,
  )
  process.exitCode = internalError
}

async function start() {
  silenceExperiments()
  // what is young stays in the 1 MiB it begins with: the service waits for networks, and has that memory for files (ADR 7)
  setFlagsFromString('--semi-space-growth-factor=1')
  keepCompiled() // after the flags: code is kept for the flags it was compiled under
  stopWithStarter(() => process.kill(process.pid, 'SIGTERM'))
  const source = existsSync(at('main.ts')) ? './main.ts' : '../dist/main.js'
  const { main } = await import(source)
  await main()
}

/**
 * Later starts take the stripped and compiled code of earlier ones, at a third less CPU and 25 MiB less memory. It is kept beside
 * the code, whose owner alone may change it; Node's default is a folder in /tmp, where any user of the host may have been
 * first. Where it cannot be written, the service starts without. NODE_COMPILE_CACHE names another place.
 */
function keepCompiled() {
  nodeModule.enableCompileCache(at('../node_modules/.cache/zenodo-replicator'))
}

/** node:sqlite and type stripping announce themselves as experimental in some releases; users cannot act on that. */
function silenceExperiments() {
  const warn = process.emitWarning
  process.emitWarning = (warning, ...rest) => {
    const type = typeof rest[0] === 'object' && rest[0] !== null ? rest[0].type : rest[0]
    if (type === 'ExperimentalWarning') return
    warn.call(process, warning, ...rest)
  }
}

/**
 * Who signals npx or this wrapper means the service: npm's shell dies of a signal without passing it on, and a killed wrapper
 * passes nothing on either. Without this a worker would go on that everybody believes to be gone.
 */
function stopWithStarter(stop) {
  if (process.connected) {
    process.channel.unref()
    process.once('disconnect', stop)
  }
  if (process.env.npm_command === undefined) return
  const starter = process.ppid
  const look = () => {
    if (process.ppid === starter) return
    clearInterval(timer)
    stop()
  }
  const timer = setInterval(look, 500).unref()
}

/** The checkout brings its own Node, for hosts with an older one. Signals go on to it, and its end is ours. */
function startWith(node) {
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc']
  const child = spawn(node, [at('bin.js'), ...process.argv.slice(2)], { stdio })
  stopWithStarter(() => child.kill('SIGTERM'))
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    // a terminal sends SIGINT to the child as well, and a second one would end it at once
    process.on(name, () => (name === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(name)))
  }
  child.on('error', (error) => {
    process.stderr.write(`zenodo-replicator could not start ${node}: ${error.message}\n`)
    process.exitCode = internalError
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code === null ? 128 + constants.signals[signal] : code
  })
}
