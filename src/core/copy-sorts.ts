/** In which orders can copies be listed? `created` is that of their ids; `version` that in which versions came in. */
export const copySorts = [
  'id',
  'dataset',
  'version',
  'type',
  'state',
  'size',
  'attempts',
  'error',
  'created',
  'updated',
] as const

export type CopySort = (typeof copySorts)[number]
