/** Which licence does a deposition carry? Data by its rights, software by its SPDX id, supplemental files CC BY 4.0. */
import type { Family } from '../copy.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { filled } from './deposit-text.ts'

/** Zenodo's id of the licence. Zenodo may return it under another of its names (zenodo-rdm, legacy licence map). */
export function depositLicence(manifest: Manifest, family: Family): string {
  switch (family) {
    case 'data':
      return dataLicence(manifest)
    case 'software':
      return softwareLicence(manifest.softwareLicense ?? 'MIT')
    case 'supp':
      return 'cc-by-4.0'
  }
}

function dataLicence({ metadata }: Manifest): string {
  const first = (metadata.rightsList ?? [])
    .map(({ rightsUri, rightsIdentifier }) => filled(rightsUri) ?? filled(rightsIdentifier))
    .find((rights) => rights !== undefined)
  // CC0 has two addresses: …/licenses/CC0-1.0 (SPDX's) and …/publicdomain/zero/1.0 (Creative Commons' own)
  return first !== undefined && /(?:^|\/)cc0|\/publicdomain\/zero\//i.test(first) ? 'cc-zero' : 'cc-by'
}

/** Zenodo knows SPDX ids in lower case; retired GNU ids without suffix mean "only" (SPDX licence list, 3.0). */
function softwareLicence(spdxId: string): string {
  const id = spdxId.toLowerCase()
  return /^(?:[al]?gpl|gfdl)-\d\.\d$/.test(id) ? `${id}-only` : id
}
