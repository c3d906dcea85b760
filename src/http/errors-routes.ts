/** What does the API answer about what goes wrong? */
import type { Contract } from './contract.ts'
import type { ServicePorts } from './ports.ts'
import type { Handlers } from './route.ts'

export function errorRoutes({ reading }: ServicePorts): Pick<Handlers<Contract>, 'listErrors'> {
  return {
    listErrors: async () => {
      const { groups, more } = await reading.errorGroups()
      return { status: 200, body: { groups: [...groups], more } }
    },
  }
}
