/** `link COPY|DATASET FILE`: by which link can a person download a file? */
import { normaliseDoi } from '../../core/doi.ts'
import type { Context, Given } from '../command.ts'
import { copyId } from '../option-values.ts'
import type { Result } from '../output.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context, { args }: Given<unknown>): Promise<Result> {
  const [which = '', path = ''] = args
  const dataset = normaliseDoi(which)
  const of = dataset === null ? { copy: copyId(which) } : { dataset }
  const { config } = context.settings()
  return await withApp(config, 'write', async (app) => {
    const link = await app.linkTo({ of, path, actor: context.actor(null) })
    if (link.expiresAt !== null) {
      context.output.talk(`The file is not published. Whoever has this link can download it until ${link.expiresAt}:`)
    }
    if (link.pathInArchive !== null) {
      context.output.talk(
        `The file lies in the archive ${link.name}, at ${link.pathInArchive}. The link to the archive:`,
      )
    }
    return { data: { ...link }, text: link.url }
  })
}
