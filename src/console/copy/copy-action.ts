/** How is one copy acted on? As it was seen: when it has changed since, nothing is done, and the page shows it as it is now. */
import { z } from 'zod'
import { personActions } from '../../core/copy-state.ts'
import { copyParams } from '../../http/queries.ts'
import { actingPerson } from '../actor.ts'
import { action, curators } from '../page.ts'

const did = {
  requeue: 'went back into the queue',
  defer: 'is deferred until somebody resumes it',
  resume: 'went back into the queue',
  cancel: 'is cancelled',
} as const

export const copyAction = action({
  path: '/copies/:id/acts',
  roles: curators,
  params: copyParams,
  form: z.object({
    action: z.enum(personActions),
    /** Of the copy as it was seen. */
    version: z.string().max(200).optional(),
    reason: z.string().trim().max(500).optional(),
  }),
  back: ({ params }) => `/copies/${params.id}`,
  run: async ({ params, form, ports, ...asked }) => {
    const expected = form.version === undefined ? undefined : [form.version]
    await ports.act(form.action, {
      filter: { ids: [params.id] },
      actor: actingPerson(asked, form.reason),
      expected,
    })
    return { to: `/copies/${params.id}`, notice: `Copy ${params.id} ${did[form.action]}.` }
  },
})
