/** Which funders does Zenodo know by DOI? (zenodo-rdm, legacy funder table) */

const EUROPEAN_COMMISSION = '10.13039/501100000780'

/** Research Councils UK was succeeded by UKRI, and its grants come back under the successor. */
const MERGED = new Map([['10.13039/501100000690', '10.13039/100014013']])

const ROR = new Map(
  `501100001665 00rbzpz17 501100002341 05k73zm37 501100000923 05mmh0f86 100018231 03zj4c476 501100000024 01gavpb45
  501100000780 00k4n6c32 501100000806 02k4b9v70 501100001871 00snfqn58 501100002428 013tf3c58 501100004488 03n51vw80
  501100004564 01znas443 501100000925 011kf5r70 100000002 01cwqze88 501100000038 01h531d29 100000001 021nxhr62
  501100003246 04jsz6e67 100014013 001aqnf71 501100001602 0271asj38 501100001711 00yjd3n13 100001345 006cvnv84
  501100004410 04w9kkr77 100004440 029chgv08 501100006364 03m8vkq32 501100011730 00x0z1472`
    .trim()
    .split(/\s+/)
    .flatMap((word, at, all) => (at % 2 === 0 ? [[`10.13039/${word}`, all[at + 1] ?? '']] : [])) as [string, string][],
)

/** Splits a grant id; without a funder the European Commission is meant. */
export function splitGrantId(id: string): { readonly funderDoi: string; readonly number: string } {
  const at = id.indexOf('::')
  if (at < 0) return { funderDoi: EUROPEAN_COMMISSION, number: id }
  const funderDoi = id.slice(0, at)
  return { funderDoi: MERGED.get(funderDoi) ?? funderDoi, number: id.slice(at + 2) }
}

/** The id of an award in the vocabulary: `<ROR>::<number>`; a funder that is not listed is passed through. */
export function awardId(funderDoi: string, number: string): string {
  return `${rorOf(funderDoi)}::${number}`
}

/** The ROR of a funder's DOI, and back; what is not listed is passed through. */
export function rorOf(funderDoi: string): string {
  return ROR.get(funderDoi) ?? funderDoi
}

export function funderOf(ror: string): string {
  return [...ROR].find(([, known]) => known === ror)?.[0] ?? ror
}
