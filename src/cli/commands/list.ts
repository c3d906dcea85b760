/** `list`: which copies are there? */
import type { CopyState, CopyType, Family } from '../../core/copy.ts'
import type { ListRequest } from '../../replication/ports/desk.ts'
import { switchInWords } from '../../replication/standstill.ts'
import type { Context, Given } from '../command.ts'
import { copyTable } from '../copy-table.ts'
import type { Result } from '../output.ts'
import { unpauseWords } from '../unpause-words.ts'
import { withService } from '../with-service.ts'

interface Options {
  readonly state?: readonly CopyState[]
  readonly type?: readonly CopyType[]
  readonly family?: Family
  readonly dataset?: string
  readonly error?: string
  readonly blocked?: boolean
  readonly q?: string
  readonly sort?: NonNullable<ListRequest['sort']>
  readonly order?: 'asc' | 'desc'
  readonly limit?: number
  readonly cursor?: string
}

export async function run(context: Context, { options }: Given<Options>): Promise<Result> {
  const { state, type, error, order = 'desc', ...same } = options
  const request: ListRequest = {
    ...same,
    order,
    ...(state ? { states: state } : {}),
    ...(type ? { types: type } : {}),
    ...(error ? { errorCode: error } : {}),
  }
  return await withService(context, 'read', async (service) => {
    const { copies, nextCursor } = await service.list(request)
    const switches = await service.switches()
    if (nextCursor !== null) context.output.talk(`There are more: go on with --cursor ${nextCursor}`)
    for (const one of switches) context.output.talk(switchInWords(one, unpauseWords))
    return { data: { copies, nextCursor, switches }, text: copyTable(copies, context.output) }
  })
}
