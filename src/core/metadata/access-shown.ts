/** Is a deposition as open, or as closed, as was asked for? */
import type { DepositMetadata } from './deposit-metadata.ts'

/**
 * Names of the fields that do not agree. Zenodo shows `closed` as restricted, and opens a record by itself when its embargo ends
 * (zenodo-rdm, legacy serializers; invenio-rdm-records, embargo lifting).
 * @param today YYYY-MM-DD in UTC
 */
export function accessShown(
  sent: Pick<DepositMetadata, 'access_right' | 'embargo_date'>,
  shown: Readonly<Record<string, unknown>>,
  today: string,
): string[] {
  const { access_right: wanted, embargo_date: until = '' } = sent
  if (shown.access_right === undefined) return []
  if (wanted === 'embargoed' && until <= today) return []
  const right = wanted === 'closed' ? 'restricted' : wanted
  if (shown.access_right !== right) return ['access_right']
  return wanted === 'embargoed' && shown.embargo_date !== until ? ['embargo_date'] : []
}
