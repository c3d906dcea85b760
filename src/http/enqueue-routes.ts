/** What do the routes do by which a repository brings versions in: one, or a stream of them? */
import { asFailure, Failure } from '../core/failure.ts'
import { relativeSources } from '../core/manifest/relative-sources.ts'
import { copyJson } from '../replication/copy-json.ts'
import { addLine, type LineTally, newTally } from '../replication/line-tally.ts'
import type { Contract } from './contract.ts'
import type { ServicePorts } from './ports.ts'
import type { Handlers } from './route.ts'

export function enqueueRoutes(ports: ServicePorts): Pick<Handlers<Contract>, 'enqueue' | 'enqueueLines'> {
  return {
    enqueue: async ({ body, caller }) => {
      const { manifest, types = null, priority = null, runAfter = null } = body
      const problems = relativeSources(manifest, 'a request')
      if (problems[0]) throw new Failure('manifest_invalid', `${problems[0].message}.`, { details: { problems } })
      const same = { fileRoot: null, publish: false, requestedBy: `api:${caller.name}` }
      const { copies, replaced } = await ports.enqueue({ ...same, manifest, types, priority, runAfter })
      const ids = copies.map(({ copy }) => copy.id)
      const created = copies.filter((one) => one.created).length
      const views = (await ports.reading.list({ ids, order: 'asc' })).copies
      const answer = {
        copies: views.map(copyJson),
        created,
        existing: copies.length - created,
        replaced: replaced ? 1 : 0,
      }
      return { status: created > 0 ? 201 : 200, body: answer }
    },
    enqueueLines: async ({ lines, caller }) => {
      const tally = newTally()
      try {
        for await (const results of ports.enqueueLines(lines, `api:${caller.name}`)) {
          for (const result of results) addLine(tally, 'the body', result)
        }
      } catch (error) {
        throw brokenOff(error, tally)
      }
      if (tally.refused > 0 && tally.accepted === 0) throw nothingAccepted(tally)
      return { status: 200, body: tally }
    },
  }
}

function nothingAccepted(tally: LineTally): Failure {
  const first = tally.firstRefused[0]?.error.message ?? ''
  const text = `None of the ${tally.refused} lines was accepted, so nothing was enqueued. ${first}`
  return new Failure('manifest_invalid', text, { details: { soFar: tally } })
}

/** What was accepted stays, and is said. */
function brokenOff(error: unknown, soFar: LineTally): Failure {
  const isCut = !(error instanceof Failure) && (error as NodeJS.ErrnoException).code === 'ECONNRESET'
  const failure = isCut ? new Failure('bad_request', 'The body broke off.') : asFailure(error)
  const text = `${failure.message} Sent again, what is there already is found.`
  return new Failure(failure.code, text, { cause: failure, details: { ...failure.details, soFar } })
}
