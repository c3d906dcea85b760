/** Who leads, and what keeps copies from being claimed? */
import type { ServicePorts } from './ports.ts'

export async function standingOf({ desk, leases, leaseName }: Pick<ServicePorts, 'desk' | 'leases' | 'leaseName'>) {
  const [switches, { holder, host, term, expired }] = await Promise.all([desk.switches(), leases.look(leaseName)])
  return {
    leader: holder === null ? null : { holder, host, term, expired },
    pause: switches.find(({ name }) => name === 'pause') ?? null,
    breaker: switches.find(({ name }) => name === 'breaker') ?? null,
  }
}
