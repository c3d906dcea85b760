/** Which award does a grant of the deposit API mean? Funders by DOI there, by ROR here (zenodo-rdm, legacy funder table). */

const europeanCommission = '10.13039/501100000780'

const rorByFunder = new Map(
  Object.entries({
    501100001665: '00rbzpz17',
    501100002341: '05k73zm37',
    501100000923: '05mmh0f86',
    100018231: '03zj4c476',
    501100000024: '01gavpb45',
    501100000780: '00k4n6c32',
    501100000806: '02k4b9v70',
    501100001871: '00snfqn58',
    501100002428: '013tf3c58',
    501100004488: '03n51vw80',
    501100004564: '01znas443',
    501100000925: '011kf5r70',
    100000002: '01cwqze88',
    501100000038: '01h531d29',
    100000001: '021nxhr62',
    501100003246: '04jsz6e67',
    501100000690: '001aqnf71',
    100014013: '001aqnf71',
    501100001602: '0271asj38',
    501100001711: '00yjd3n13',
    100001345: '006cvnv84',
    501100004410: '04w9kkr77',
    100004440: '029chgv08',
    501100006364: '03m8vkq32',
    501100011730: '00x0z1472',
  }).map(([id, ror]) => [`10.13039/${id}`, ror]),
)

/** Without `::` a grant is of the European Commission; funders that are not listed are passed on as they are. */
export function fundingOf(grants: ReadonlyArray<{ readonly id: string }>) {
  return grants.map(({ id }) => {
    const [funder, number] = id.includes('::') ? id.split('::', 2) : [europeanCommission, id]
    const ror = rorByFunder.get(funder ?? '') ?? funder
    return { funder: { id: ror }, award: { id: `${ror}::${number}` } }
  })
}
