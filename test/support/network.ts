/**
 * How does a test get hosts with addresses of their own, and lines between them that can be cut?
 *
 * Each host is a network namespace, joined to all others by a router that is one too. They have no names: each lives as
 * long as a process in it, and those end with the test, however it ends. Nothing of the machine's own network is touched.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { findProgram, installPackages, isRoot, mayInstall } from './install-packages.ts'

const run = promisify(execFile)

export interface Host {
  readonly address: string
  /** What a command line begins with, to be run on this host. */
  readonly within: readonly string[]
}

export interface Network {
  host(name: string): Host
  /** Everything between two hosts vanishes on the way, and nobody is told. */
  cut(one: string, other: string): Promise<void>
  /** What is connected now vanishes; what is connected later gets through: a firewall that lost its memory. */
  forget(one: string, other: string): Promise<void>
  /** A part of what goes to and from a host is lost, in percent. */
  lose(name: string, percent: number): Promise<void>
  /** The line of a host is narrow: what it sends and gets waits for its turn, a fifth of a second at most; what is beyond is lost. */
  narrow(name: string, bytesPerSecond: number): Promise<void>
  /** As in the beginning. */
  heal(): Promise<void>
  close(): Promise<void>
}

/** Why there can be no such hosts here, in a sentence; null when there can. Installs what is needed where that is allowed. */
export async function networkMissing(): Promise<string | null> {
  const tests = 'The tests with several hosts are skipped:'
  if (process.platform !== 'linux') return `${tests} they need Linux.`
  if (!isRoot) return `${tests} network namespaces need root. Run them as root: npx vitest run test/hosts`
  const programs = await Promise.all(['ip', 'tc', 'ss', 'nft', 'unshare', 'nsenter'].map((name) => findProgram(name)))
  if (programs.includes(null)) {
    if (!(await mayInstall())) return `${tests} install iproute2, nftables and util-linux.`
    await installPackages('iproute2', 'nftables', 'util-linux')
  }
  const tried = await run('unshare', ['--net', 'true']).catch((error: Error) => error)
  return tried instanceof Error ? `${tests} no network namespace can be made here (${tried.message.trim()}).` : null
}

export async function createNetwork(names: readonly string[]): Promise<Network> {
  const router = await openNamespace()
  const hosts = new Map<string, Host & { readonly link: string; readonly holder: ChildProcess }>()
  const onRouter = async (command: string) => void (await run('nsenter', [...into(router), 'sh', '-ec', command]))
  await onRouter(`echo 1 > /proc/sys/net/ipv4/ip_forward; ip link set lo up; ${emptyTable}`)
  for (const [index, name] of names.entries()) {
    const holder = await openNamespace()
    const [gateway, address] = [`10.213.${index}.1`, `10.213.${index}.2`]
    await run('ip', `link add h${index} netns ${router.pid} type veth peer name eth0 netns ${holder.pid}`.split(' '))
    await onRouter(`ip addr add ${gateway}/24 dev h${index}; ip link set h${index} up`)
    const host = { address, link: `h${index}`, within: ['nsenter', ...into(holder)], holder }
    hosts.set(name, host)
    const up = `ip addr add ${address}/24 dev eth0; ip link set eth0 up; ip link set lo up; ip route add default via ${gateway}`
    await run('nsenter', [...into(holder), 'sh', '-ec', up])
  }
  const host = (name: string) => {
    const found = hosts.get(name)
    if (found === undefined) throw new Error(`no host ${name}`)
    return found
  }
  return {
    host,
    cut: async (one, other) => await onRouter(between(host(one), host(other), '')),
    forget: async (one, other) => {
      const ports = await connectedPorts(host(one), host(other))
      if (ports.length === 0) throw new Error(`${one} is not connected with ${other}`)
      await onRouter(between(host(one), host(other), ports.join(', ')))
    },
    lose: async (name, percent) => {
      const { address } = host(name)
      const part = `numgen random mod 100 < ${percent} drop`
      await onRouter(`${rule} 'ip saddr ${address} ${part}'; ${rule} 'ip daddr ${address} ${part}'`)
    },
    narrow: async (name, bytesPerSecond) => {
      const { link, within } = host(name)
      const shaped = `root tbf rate ${bytesPerSecond}bps burst 10k latency 200ms`
      await onRouter(`tc qdisc replace dev ${link} ${shaped}`)
      await run('nsenter', [...within.slice(1), 'sh', '-ec', `tc qdisc replace dev eth0 ${shaped}`])
    },
    heal: async () => {
      await onRouter('nft flush chain inet lines forward')
      for (const { link, within } of hosts.values()) {
        await onRouter(`tc qdisc del dev ${link} root 2>&- || true`)
        await run('nsenter', [...within.slice(1), 'sh', '-ec', 'tc qdisc del dev eth0 root 2>&- || true'])
      }
    },
    close: async () => {
      await Promise.all([router, ...[...hosts.values()].map(({ holder }) => holder)].map(end))
    },
  }
}

const emptyTable = "nft 'table inet lines { chain forward { type filter hook forward priority 0; policy accept; }; }'"
const rule = 'nft add rule inet lines forward'

function into(holder: ChildProcess): string[] {
  return [`--net=/proc/${holder.pid}/ns/net`, '--']
}

/** Lives until its standard input is closed, which the end of this process does in any case. */
async function openNamespace(): Promise<ChildProcess> {
  const holder = spawn('unshare', ['--net', 'sh', '-c', 'echo there; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(holder.stdout, 'data')
  return holder
}

async function end(holder: ChildProcess): Promise<void> {
  const gone = once(holder, 'exit')
  holder.stdin?.end()
  await gone
}

/** @param ports of `one`; none: all */
function between(one: Host, other: Host, ports: string): string {
  const [from, to] = ports === '' ? ['', ''] : [`tcp sport { ${ports} }`, `tcp dport { ${ports} }`]
  const there = `ip saddr ${one.address} ip daddr ${other.address} ${from} drop`
  const back = `ip saddr ${other.address} ip daddr ${one.address} ${to} drop`
  return `${rule} '${there}'; ${rule} '${back}'`
}

async function connectedPorts(one: Host, other: Host): Promise<string[]> {
  const [command = '', ...args] = [...one.within, 'ss', '-tnH', 'dst', other.address]
  const { stdout } = await run(command, args)
  return [...stdout.matchAll(/:(\d+)\s+\S+:\d+/g)].map((match) => match[1] ?? '')
}
