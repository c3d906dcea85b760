/** `cancel`: decides that copies will not go. Asks first, as the later copies of the family no longer wait. */
import { type ActOptions, actOnCopies } from '../act-on-copies.ts'
import type { Context, Given } from '../command.ts'
import { confirm } from '../confirm.ts'
import type { Result } from '../output.ts'

export async function run(context: Context, given: Given<ActOptions & { readonly yes?: boolean }>): Promise<Result> {
  const { options } = given
  return await actOnCopies(context, 'cancel', {
    ...given,
    confirm: async (copies) => {
      if (options.yes) return
      const ids = copies.map((copy) => copy.id).join(', ')
      await confirm(context.output, `Cancel copy ${ids}, so that later ones of the family no longer wait?`)
    },
  })
}
