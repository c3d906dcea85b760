/** `notify test`: does a test message reach the repository, and a test mail people? */
import { Failure } from '../../core/failure.ts'
import type { Context } from '../command.ts'
import type { Result } from '../output.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context): Promise<Result> {
  const { config } = context.settings()
  return await withApp(config, 'read', async (app) => {
    const told = await app.testNotices(new AbortController().signal)
    if (told.length === 0) throw new Failure('bad_request', 'Nobody is to be told: set webhook.url or mail.host.')
    const failed = told.map(({ attempt }) => attempt).find((attempt) => attempt.kind === 'failed')
    if (failed !== undefined) throw failed.failure
    const channels = told.map(({ channel }) => channel)
    return { data: { delivered: channels }, text: `Delivered: ${channels.join(', ')}.` }
  })
}
