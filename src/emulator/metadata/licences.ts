/** Which licence does Zenodo mean by an id, and under which id does it return it? (zenodo-rdm, legacy licence tables) */
import spdxIds from 'spdx-license-ids/index.json' with { type: 'json' }

const pairs = (text: string): readonly (readonly [string, string])[] =>
  text
    .trim()
    .split(/\s+/)
    .map((pair) => {
      const [from = '', to = ''] = pair.split('=')
      return [from, to] as const
    })

/** Ids of the old Zenodo and the vocabulary ids they became; the left side is what comes back in answers. */
const OLD_IDS = pairs(`cc-zero=cc0-1.0 apache2.0=apache-2.0 apl1.0=apl-1.0 bsl1.0=bsl-1.0 cpal_1.0=cpal-1.0
  ca-tosl1.1=catosl-1.1 nasa1.3=nasa-1.3 rpl1.5=rpl-1.5 apgl-v3=agpl-3.0-only apache=apache-1.0
  artistic-license-2.0=artistic-2.0 attribution=aal bsd-license=bsd-1-clause cuaoffice=cua-opl-1.0 canada-crown=ogl-canada-2.0
  cddl1=cddl-1.0 cc-by-sa=cc-by-sa-1.0 cc-by=cc-by-1.0 cc-nc=cc-by-nc-2.0 eclipse-1.0=epl-1.0 ecl2=ecl-2.0
  ver2_eiffel=efl-2.0 eiffel=efl-1.0 frameworx=frameworx-1.0 fal=lal-1.2 gfdl=gfdl-1.1-only gpl-2.0=gpl-2.0-only
  gpl-3.0=gpl-3.0-only lgpl-2.1=lgpl-2.1-only lgpl-3.0=lgpl-3.0-only ibmpl=ipl-1.0 ipafont=ipa isc-license=isc
  intel-osl=intel lucent1.02=lpl-1.02 mit-license=mit mozilla=mpl-1.0 mozilla1.1=mpl-1.1 ntp-license=ntp nethack=ngpl
  nosl3.0=nposl-3.0 oclc2=oclc-2.0 odc-by=odc-by-1.0 odc-odbl=odbl-1.0 odc-pddl=pddl-1.0 openfont=ofl-1.0 opengroup=ogtsl
  php=php-3.0 pythonsoftfoundation=psf-2.0 pythonpl=python-2.0 real=rpsl-1.0 ricohpl=rscpl sun-issl=sissl
  sunpublic=spl-1.0 sybase=watcom-1.0 uk-ogl=ogl-uk-1.0 uoi-ncsa=ncsa vovidapl=vsl-1.0 zpl=zpl-1.1 zlib-license=zlib`)

/** Spellings that are looked up before anything else, and mean a newer licence than the table above would say. */
const ALIASES = new Map(
  pairs(`agpl-v3=agpl-3.0-only agpl-3.0=agpl-3.0-only apache=apache-2.0 cc-by=cc-by-4.0 cc-by-sa=cc-by-sa-4.0
  eiffel=efl-2.0 fal=lal-1.3 openfont=ofl-1.1 pythonpl=cnri-python pythonsoftfoundation=python-2.0 qtpl=qpl-1.0
  tcl=tcl zpl=zpl-2.0 odc-pddl-1.0=pddl-1.0`),
)

/** Licences that exist by title only, and therefore never come back in an answer. */
const BY_TITLE = new Map([
  ['other-open', 'Other (Open)'],
  ['other-closed', 'Other (Not Open)'],
  ['other-at', 'Other (Attribution)'],
  ['other-nc', 'Other (Non-Commercial)'],
  ['other-pd', 'Other (Public Domain)'],
  ['notspecified', 'License Not Specified'],
])

const vocabulary = new Set(spdxIds.map((id) => id.toLowerCase()))
const fromOldId = new Map(OLD_IDS)
const toOldId = new Map(OLD_IDS.map(([old, id]) => [id, old]))

/** What an id given in `metadata.license` means; undefined when Zenodo does not know it. */
export function findLicence(given: string): { readonly id: string } | { readonly title: string } | undefined {
  const normalised = given.toLowerCase().trim()
  const title = BY_TITLE.get(normalised)
  if (title !== undefined) return { title }
  const id = ALIASES.get(normalised) ?? fromOldId.get(normalised) ?? normalised
  return vocabulary.has(id) ? { id } : undefined
}

/** The id under which the deposit API returns a licence of the vocabulary: `cc0-1.0` comes back as `cc-zero`. */
export function returnedLicence(id: string): string {
  return toOldId.get(id) ?? id
}
