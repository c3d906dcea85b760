/** How do people have messages sent again from the pages? One, or the dead ones of a filter. */
import { z } from 'zod'
import { Failure } from '../core/failure.ts'
import { actingPerson } from './actor.ts'
import { messageFilterFields } from './messages-page.ts'
import { action, curators } from './page.ts'
import { backPath } from './paths.ts'

const fields = { back: z.string().max(2000).default('/messages'), reason: z.string().trim().max(500).optional() }

export const sendMessageAction = action({
  path: '/messages/:id/deliveries',
  roles: curators,
  params: z.object({ id: z.coerce.number().int().min(1) }),
  form: z.object(fields),
  back: ({ form }) => backPath(form.back),
  run: async ({ params: { id }, form, ports, ...asked }) => {
    const sent = await ports.messages.sendAgain({ id }, actingPerson(asked, form.reason))
    if (sent === 0) throw new Failure('message_not_found', `There is no message ${id}.`)
    return { to: backPath(form.back), notice: `Message ${id} is sent again, now.` }
  },
})

export const sendDeadAction = action({
  path: '/messages/deliveries',
  roles: curators,
  form: z.object({ ...fields, ...messageFilterFields }),
  back: ({ form }) => backPath(form.back),
  run: async ({ form: { back, reason, copy: copyId, kind, channel }, ports, ...asked }) => {
    const sent = await ports.messages.sendAgain({ dead: { kind, channel, copyId } }, actingPerson(asked, reason))
    const notice = `${sent.toLocaleString('en')} dead ${sent === 1 ? 'message is' : 'messages are'} sent again, now.`
    return { to: backPath(back), notice }
  },
})
