/** Which copy has this id? */
import { Failure } from '../core/failure.ts'
import type { CopyView } from '../replication/ports/desk.ts'
import type { ServicePorts } from './ports.ts'

/** @throws Failure `copy_not_found` */
export async function copyOf({ reading }: Pick<ServicePorts, 'reading'>, id: number): Promise<CopyView> {
  const copy = await reading.get(id)
  if (copy !== null) return copy
  throw new Failure('copy_not_found', `There is no copy ${id}.`, { details: { ids: [id] } })
}
