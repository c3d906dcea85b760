/**
 * The service for programs: settings in, an open service out.
 * @example
 * const { config } = loadConfig({ env: process.env })
 * const app = await openApp(config)
 * await app.enqueue({ manifest, fileRoot: null, types: null, publish: false, priority: null, runAfter: null, requestedBy: 'me' })
 * await app.close()
 */
export { type App, openApp } from './app.ts'
export { type Config, type ConfigRequest, type LoadedConfig, loadConfig, type Origins } from './config.ts'
export type { Copy, CopyFile, CopyState, CopyType, Family, FileState, Step } from './core/copy.ts'
export { asFailure, Failure, isFailure } from './core/failure.ts'
export type { FailureCode } from './core/failure-codes.ts'
export { type Manifest, type ManifestProblem, type ParsedManifest, parseManifest } from './core/manifest/manifest.ts'
export type { EnqueueRequest } from './replication/enqueue.ts'
export type { ServiceEvent } from './replication/events.ts'
export type {
  Actor,
  CopyEvent,
  CopyFilter,
  CopyView,
  ListRequest,
  Switch,
  SwitchName,
} from './replication/ports/desk.ts'
export type { WorkerRun } from './worker/shift.ts'
