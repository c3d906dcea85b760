/** The service for programs on other hosts: `zenodo-replicator/client`. */
export { ApiError } from './api-error.ts'
export { createClient } from './client.ts'
export type {
  Answered,
  ApiCopy,
  Asked,
  CallName,
  CallOptions,
  Client,
  ClientOptions,
  CopyQuery,
  EventQuery,
  EventsOptions,
  LinesName,
  LiveEvent,
} from './types.ts'
