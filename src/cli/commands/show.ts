/** `show ID`: the story of one copy. */
import type { Context, Given } from '../command.ts'
import { copyStory } from '../copy-story.ts'
import { copyId } from '../option-values.ts'
import type { Result } from '../output.ts'
import { withService } from '../with-service.ts'

export async function run(context: Context, { args }: Given<unknown>): Promise<Result> {
  const id = copyId(args[0] ?? '')
  return await withService(context, 'read', async (service) => {
    const { standstill, ...data } = await service.story(id)
    return { data, text: copyStory({ ...data, standstill }, context.output) }
  })
}
