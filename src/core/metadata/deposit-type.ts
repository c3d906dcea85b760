/** What kind of thing is it, in Zenodo's vocabulary? DataCite's general types, and the nearest that Zenodo has. */

/** Ids of Zenodo's resource types; after the dash the subtype. A Map, so that no inherited property is a type. */
const zenodoTypes: ReadonlyMap<string, string> = new Map([
  ['audiovisual', 'video'],
  ['book', 'publication-book'],
  ['bookchapter', 'publication-section'],
  ['collection', 'dataset'],
  ['computationalnotebook', 'software'],
  ['conferencepaper', 'publication-conferencepaper'],
  ['conferenceproceeding', 'publication-conferenceproceeding'],
  ['datapaper', 'publication-datapaper'],
  ['dataset', 'dataset'],
  ['dissertation', 'publication-dissertation'],
  ['event', 'event'],
  ['image', 'image'],
  ['instrument', 'instrument'],
  ['journal', 'publication-journal'],
  ['journalarticle', 'publication-article'],
  ['model', 'model'],
  ['outputmanagementplan', 'publication-datamanagementplan'],
  ['peerreview', 'publication-peerreview'],
  ['physicalobject', 'physicalobject'],
  ['poster', 'poster'],
  ['preprint', 'publication-preprint'],
  ['presentation', 'presentation'],
  ['project', 'project'],
  ['report', 'publication-report'],
  ['software', 'software'],
  ['sound', 'audio'],
  ['standard', 'publication-standard'],
  ['studyregistration', 'publication-studyregistration'],
  ['text', 'publication'],
  ['workflow', 'workflow'],
])

/** Zenodo's id for DataCite's resourceTypeGeneral, such as `publication-article`; undefined when it has none. */
export function zenodoType(general: string | null | undefined): string | undefined {
  return zenodoTypes.get((general ?? '').replace(/[\s_-]/g, '').toLowerCase())
}

/** Type of a data deposition: a dataset when nothing is said, `other` when what is said has no counterpart. */
export function dataUploadType(general: string | null | undefined): { upload_type: string; publication_type?: string } {
  const id = (general ?? '').trim() === '' ? 'dataset' : (zenodoType(general) ?? 'other')
  const [type = 'other', subtype] = id.split('-')
  return subtype === undefined ? { upload_type: type } : { upload_type: type, publication_type: subtype }
}
