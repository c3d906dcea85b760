/** Which ids does Zenodo's vocabulary hold for resource types, relations, roles, dates and languages? */

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

const PUBLICATION_TYPES =
  words(`annotationcollection book section conferencepaper conferenceproceeding datamanagementplan
  datapaper article journal patent peerreview preprint deliverable milestone proposal report softwaredocumentation standard
  studyregistration taxonomictreatment technicalnote thesis dissertation workingpaper other`)

const IMAGE_TYPES = words('figure plot drawing diagram photo other')

const RESOURCE_TYPES = new Set([
  ...words(`publication poster presentation dataset image video software lesson physicalobject other event model audio
    workflow project instrument software-computationalnotebook`),
  ...PUBLICATION_TYPES.map((type) => `publication-${type}`),
  ...IMAGE_TYPES.map((type) => `image-${type}`),
])

/** The joined id of a resource type, or undefined; `publication-thesis` became `publication-dissertation`. */
export function resourceTypeId(id: string): string | undefined {
  if (!RESOURCE_TYPES.has(id)) return undefined
  return id === 'publication-thesis' ? 'publication-dissertation' : id
}

/** Relations as they are returned (zenodo-rdm serializers, common schema). */
const RELATIONS = words(`isCitedBy cites isSupplementTo isSupplementedBy isContinuedBy continues isDescribedBy describes
  hasMetadata isMetadataFor hasVersion isVersionOf isNewVersionOf isPreviousVersionOf isPartOf hasPart isPublishedIn
  isReferencedBy references isDocumentedBy documents isCompiledBy compiles isVariantFormOf isOriginalFormOf isIdenticalTo
  isReviewedBy reviews isDerivedFrom isSourceOf isRequiredBy requires isObsoletedBy obsoletes isAlternateIdentifier`)

/** Relations that InvenioRDM knows and the deposit API cannot name. */
const UNNAMED_RELATIONS = new Set(words('istranslationof hastranslation collects iscollectedby other'))

const relationNames = new Map(RELATIONS.map((name) => [name.toLowerCase(), name]))

/** Whether a lower-case relation id exists. */
export function isRelation(id: string): boolean {
  return relationNames.has(id) || UNNAMED_RELATIONS.has(id)
}

/** The deposit API's name of a relation; undefined for those it cannot name. */
export function relationName(id: string): string | undefined {
  return relationNames.get(id)
}

const ROLES = words(`ContactPerson DataCollector DataCurator DataManager Distributor Editor HostingInstitution Producer
  ProjectLeader ProjectManager ProjectMember RegistrationAgency RegistrationAuthority RelatedPerson Researcher ResearchGroup
  RightsHolder Sponsor Supervisor WorkPackageLeader Other`)

const UNNAMED_ROLES = new Set(words('translator funder'))

const roleNames = new Map(ROLES.map((name) => [name.toLowerCase(), name]))

/** Whether a lower-case contributor role exists. */
export function isRole(id: string): boolean {
  return roleNames.has(id) || UNNAMED_ROLES.has(id)
}

/** The deposit API's name of a role, null for those it cannot name. */
export function roleName(id: string): string | null {
  return roleNames.get(id) ?? null
}

const DATE_TYPES = new Set(
  words('accepted available collected copyrighted created issued other submitted updated valid withdrawn coverage'),
)

/** Whether a lower-case date type exists. */
export function isDateType(id: string): boolean {
  return DATE_TYPES.has(id)
}

/** ISO 639-1 codes followed by their ISO 639-2/T codes. */
const LANGUAGES =
  words(`aa aar ab abk ae ave af afr ak aka am amh an arg ar ara as asm av ava ay aym az aze ba bak be bel
  bg bul bi bis bm bam bn ben bo bod br bre bs bos ca cat ce che ch cha co cos cr cre cs ces cu chu cv chv cy cym da dan
  de deu dv div dz dzo ee ewe el ell en eng eo epo es spa et est eu eus fa fas ff ful fi fin fj fij fo fao fr fra fy fry
  ga gle gd gla gl glg gn grn gu guj gv glv ha hau he heb hi hin ho hmo hr hrv ht hat hu hun hy hye hz her ia ina id ind
  ie ile ig ibo ii iii ik ipk io ido is isl it ita iu iku ja jpn jv jav ka kat kg kon ki kik kj kua kk kaz kl kal km khm
  kn kan ko kor kr kau ks kas ku kur kv kom kw cor ky kir la lat lb ltz lg lug li lim ln lin lo lao lt lit lu lub lv lav
  mg mlg mh mah mi mri mk mkd ml mal mn mon mr mar ms msa mt mlt my mya na nau nb nob nd nde ne nep ng ndo nl nld nn nno
  no nor nr nbl nv nav ny nya oc oci oj oji om orm or ori os oss pa pan pi pli pl pol ps pus pt por qu que rm roh rn run
  ro ron ru rus rw kin sa san sc srd sd snd se sme sg sag si sin sk slk sl slv sm smo sn sna so som sq sqi sr srp ss ssw
  st sot su sun sv swe sw swa ta tam te tel tg tgk th tha ti tir tk tuk tl tgl tn tsn to ton tr tur ts tso tt tat tw twi
  ty tah ug uig uk ukr ur urd uz uzb ve ven vi vie vo vol wa wln wo wol xh xho yi yid yo yor za zha zh zho zu zul`)

const threeLetters = new Map(LANGUAGES.flatMap((code, at) => (at % 2 === 0 ? [[code, LANGUAGES[at + 1] ?? code]] : [])))
const languageNames = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' })

/** The three-letter id of a two- or three-letter code; undefined when there is no such language. */
export function languageId(code: string): string | undefined {
  if (code.length === 2) return threeLetters.get(code)
  if (!/^[a-z]{3}$/.test(code)) return undefined
  return [...threeLetters.values()].includes(code) || languageNames.of(code) !== undefined ? code : undefined
}
