/** Which media type does a file name stand for, and how is it served? */

const TYPES = new Map(
  `csv text/csv|tsv text/tab-separated-values|txt text/plain|r text/plain|py text/x-python|md text/markdown|html text/html
  htm text/html|css text/css|js text/javascript|xml text/xml|json application/json|pdf application/pdf|zip application/zip
  gz application/gzip|tar application/x-tar|tgz application/gzip|7z application/x-7z-compressed|rtf application/rtf
  png image/png|jpg image/jpeg|jpeg image/jpeg|gif image/gif|svg image/svg+xml|tif image/tiff|tiff image/tiff
  mp3 audio/mpeg|wav audio/x-wav|mp4 video/mp4|avi video/x-msvideo|doc application/msword|xls application/vnd.ms-excel
  docx application/vnd.openxmlformats-officedocument.wordprocessingml.document
  xlsx application/vnd.openxmlformats-officedocument.spreadsheetml.sheet`
    .split(/[|\n]/)
    .map((pair) => pair.trim().split(' ') as [string, string]),
)

const SHOWN_AS_TEXT = new Set([
  'text/csv',
  'application/json',
  'text/html',
  'text/xml',
  'image/svg+xml',
  'text/javascript',
])

/** The media type guessed from a file name; what the uploader claimed does not count. */
export function mimeType(key: string): string {
  const extension = /\.([^./]+)$/.exec(key)?.[1]?.toLowerCase() ?? ''
  return TYPES.get(extension) ?? 'application/octet-stream'
}

/** The headers of a download. Active types are served as text, archives as bytes (invenio-files-rest storage). */
export function servedType(key: string): { readonly type: string; readonly isInline: boolean } {
  const type = mimeType(key)
  if (SHOWN_AS_TEXT.has(type)) return { type: 'text/plain', isInline: true }
  const isInline = /^(?:text\/plain|image\/(?:png|jpeg|gif)|audio\/|video\/)/.test(type) || type === 'application/pdf'
  return { type: isInline ? type : 'application/octet-stream', isInline }
}
