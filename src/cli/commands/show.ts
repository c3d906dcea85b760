/** `show ID`: the story of one copy. */
import { Failure } from '../../core/failure.ts'
import { redact } from '../../core/redact.ts'
import { copyJson } from '../../replication/copy-json.ts'
import { standstill } from '../../replication/standstill.ts'
import type { Context, Given } from '../command.ts'
import { copyStory } from '../copy-story.ts'
import { copyId } from '../option-values.ts'
import type { Result } from '../output.ts'
import { unpauseWords } from '../unpause-words.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context, { args }: Given<unknown>): Promise<Result> {
  const id = copyId(args[0] ?? '')
  const { config } = context.settings()
  return await withApp(config, 'read', async (app) => {
    const { reading } = app
    const copy = await reading.get(id)
    if (copy === null) throw new Failure('copy_not_found', `There is no copy ${id}.`, { details: { id } })
    const [events, listed, chain] = await Promise.all([reading.events(id), reading.files(id), reading.chain(id)])
    const { switches, lines } = await standstill({ ...app, leaseName: config.worker.lease.name, unpause: unpauseWords })
    // a source may be an address with a signature
    const files = listed.map((file) => ({ ...file, source: redact(file.source) }))
    return {
      data: {
        copy: copyJson(copy),
        events,
        eventsArchived: copy.eventsArchived,
        files,
        chain: chain.map(copyJson),
        switches,
      },
      text: copyStory({ copy, events, files, chain, standstill: lines }, context.output),
    }
  })
}
