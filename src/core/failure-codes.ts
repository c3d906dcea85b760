/**
 * What can go wrong, what happens next, and what can a person do? One table; code matches on the code, never on text.
 *
 * `next`: `retry` – this copy later, up to its attempts · `stop` – this copy never by itself, a person must look ·
 * `halt` – the whole worker waits (Zenodo down, token refused) · `refuse` – nothing was started; the caller is told.
 */
export type Next = 'retry' | 'stop' | 'halt' | 'refuse'

export const failureCodes = {
  // What a repository or a person asked for
  manifest_invalid: ['refuse', 'Correct the manifest at the JSON paths named, then enqueue it again.'],
  manifest_changed: [
    'refuse',
    'Copies of this version have begun and are not in error. Enqueue the change as a new version, or send the manifest unchanged.',
  ],
  version_superseded: ['refuse', 'A later version has already been taken to Zenodo. Enqueue a new version instead.'],
  nothing_to_enqueue: ['refuse', 'Name the copy type with --type, publish the version, or add files to the manifest.'],
  action_refused: ['refuse', 'See `zenodo-replicator show ID` for what can be done with this copy now.'],
  copy_changed: ['refuse', 'Look at the copy as it is now, then decide again.'],
  copy_not_found: ['refuse', 'See `zenodo-replicator list` for the copies there are.'],
  dataset_not_found: [
    'refuse',
    'See `zenodo-replicator list` for the copies there are, with the DOIs of their datasets.',
  ],
  job_not_found: ['refuse', 'See `zenodo-replicator job list` for the jobs there are.'],
  file_not_found: ['refuse', 'See `zenodo-replicator show ID --json` for the files of the copy.'],
  file_not_there: ['refuse', 'Look at the story of the copy, or ask for the file of another version.'],
  no_signing_token: [
    'refuse',
    'Set zenodo.tokenId to the id of the token in zenodo.token: Zenodo shows it in the address of the page of the token, which needs the scope tokens:generate as well.',
  ],
  token_required: ['refuse', 'An administrator makes tokens with `zenodo-replicator token create`.'],
  forged_request: ['refuse', 'Load the page again, then press the button once more.'],
  sign_in_refused: ['refuse', 'Begin again. When it does not help: sign in with a token, or ask an administrator.'],
  too_many_attempts: ['refuse', 'Wait for as long as it says, then try again with the right token.'],
  role_required: ['refuse', 'Ask an administrator for a token of a role that may do this.'],
  bad_request: ['refuse', 'See `--help` for what is accepted.'],
  // Before the first request to Zenodo
  too_many_files: [
    'stop',
    'With packaging set to auto, files beyond the limit go into archives: set it and requeue. When Zenodo has granted more files a record, raise limits.filesPerRecord and requeue. Or cancel the copy.',
  ],
  file_too_large: [
    'stop',
    'Split the file, enqueue the corrected manifest of the same version again, then requeue; or cancel the copy. When Zenodo has granted more, raise limits.bytesPerFile and requeue.',
  ],
  too_many_bytes: [
    'stop',
    'Ask Zenodo for more quota, raise limits.bytesPerRecord and requeue; or enqueue the same version again with less, then requeue; or cancel the copy.',
  ],
  name_not_accepted: [
    'stop',
    'With packaging set to auto, files in folders and with too long names go into archives: set it and requeue. Or rename the file, enqueue the corrected manifest of the same version again, then requeue; or cancel the copy.',
  ],
  no_files: [
    'stop',
    'No file with content is left to publish. Add a file, enqueue the manifest of the same version again, then requeue; or cancel the copy.',
  ],
  order_changed: ['retry', 'An earlier version came in late. This copy waits for it by itself.'],
  superseded: ['stop', 'A later version has been taken to Zenodo. Cancel this copy.'],
  // Where the bytes come from
  source_missing: [
    'stop',
    'The repository no longer serves this file. Enqueue the manifest again with a fresh source, then requeue the copy.',
  ],
  source_not_allowed: [
    'stop',
    'The address or folder is not allowed. Allow it (sources.fileRoots, sources.allowPrivateAddresses), or enqueue the manifest of the same version again with another source; then requeue.',
  ],
  source_wrong_type: [
    'stop',
    'The address answers a web page instead of the file. Enqueue the manifest of the same version again with the address of the raw file, then requeue.',
  ],
  source_size_differs: [
    'stop',
    'The source does not have the size the manifest promises. Correct the file, or enqueue the corrected manifest of the same version again; then requeue.',
  ],
  source_checksum_differs: [
    'stop',
    'The bytes do not have the checksum the manifest promises. Correct the file, or enqueue the corrected manifest of the same version again; then requeue.',
  ],
  source_unavailable: [
    'retry',
    'The file could not be read now. It is tried again by itself; when its tries are used up, check the source, then requeue.',
  ],
  transfer_stalled: [
    'retry',
    'No bytes moved for transfer.stallSeconds. It is tried again by itself; when its tries are used up, check the network and the source, then requeue.',
  ],
  // What Zenodo answered
  zenodo_unavailable: [
    'retry',
    'Zenodo did not answer, or answered that it is overloaded. It is tried again by itself; when its tries are used up, requeue once Zenodo is well.',
  ],
  zenodo_rate_limited: [
    'retry',
    'Zenodo asked us to slow down. It is tried again by itself; when its tries are used up, requeue.',
  ],
  zenodo_unexpected_answer: [
    'retry',
    'Zenodo answered something we do not understand. It is tried again by itself; when its tries are used up, report it, then requeue.',
  ],
  zenodo_token_refused: [
    'halt',
    'Zenodo refuses the token. Configure a valid one with the scopes deposit:write and deposit:actions.',
  ],
  zenodo_forbidden: [
    'stop',
    'The account of the token may not change this deposition. Check who owns it at Zenodo, then requeue or cancel the copy.',
  ],
  zenodo_files_locked: [
    'stop',
    'Zenodo has not granted this account to change files of published records. Ask Zenodo for the grant, or set data.doi to "zenodo"; then requeue.',
  ],
  zenodo_refused_metadata: [
    'stop',
    'Correct the fields named, enqueue the corrected manifest of the same version again, then requeue the copy.',
  ],
  zenodo_refused_file: [
    'stop',
    'Zenodo does not take this file as it is: the message says why. Correct it, enqueue the corrected manifest of the same version again, then requeue; or cancel the copy.',
  ],
  zenodo_quota_exceeded: ['stop', 'The record at Zenodo is full. Ask Zenodo for more quota, then requeue.'],
  zenodo_draft_exists: [
    'retry',
    'Zenodo holds an open draft of the next version. It is looked for and continued; when the search of Zenodo does not show it in time, requeue after some minutes.',
  ],
  zenodo_files_known: [
    'stop',
    'Zenodo takes no version whose files another one has, and that one was not found. Look for it at Zenodo, then cancel the copy.',
  ],
  record_withdrawn: [
    'stop',
    'Find out why it was withdrawn. To publish a new record nonetheless, requeue the copy; to leave it at that, cancel the copy.',
  ],
  zenodo_doi_taken: [
    'stop',
    'A record that this account does not own, or cannot find, has the DOI. Search Zenodo for the DOI and settle whose it is, then requeue or cancel the copy.',
  ],
  zenodo_deposition_missing: [
    'retry',
    'The deposition was deleted or published at Zenodo meanwhile. It is gone on from what is there now, by itself; when its tries are used up, requeue.',
  ],
  zenodo_changed: [
    'retry',
    'The deposition was changed at Zenodo meanwhile, or closed to us for a moment. It is gone on from what is there now, by itself; if that does not help, check who may change it, then requeue.',
  ],
  zenodo_refused: [
    'stop',
    'Zenodo refused the request: the message says why. Put that right, then requeue; or cancel the copy.',
  ],
  stored_differently: [
    'retry',
    'Zenodo stored other bytes than we sent. The file is sent again by itself; when its tries are used up, tell Zenodo, then requeue.',
  ],
  verification_failed: [
    'retry',
    'What the deposition holds is not what this version should have. It is put right by itself; when its tries are used up, see the message, then requeue.',
  ],
  publish_unconfirmed: [
    'retry',
    'Zenodo does not show the record as published with our metadata yet. It is looked at again by itself; when its tries are used up, look at the record, then requeue.',
  ],
  published_differently: [
    'stop',
    'Compare the record at Zenodo with the dataset. Requeue to edit and publish it again, or cancel the copy when it is good as it is.',
  ],
  // Ourselves
  worker_died: [
    'stop',
    'The worker died several times while working on this copy. Look at its logs and memory, then requeue.',
  ],
  internal_error: ['stop', 'This is a defect of the service. Report it with the event log of the copy, then requeue.'],
  // Those who are told
  receiver_unavailable: [
    'retry',
    'Check that the receiver runs, and webhook.url or mail.host. What waits is delivered by itself once it answers.',
  ],
  receiver_gone: [
    'stop',
    'The receiver said that it wants no more messages. If that was a mistake, or webhook.url is another one now, send one of the messages again: all that wait follow.',
  ],
  message_refused: [
    'retry',
    'The receiver refuses this message: see its log. It is tried again by itself; once it is a dead letter, send it again when the receiver is put right.',
  ],
  message_not_found: ['refuse', 'It may have been deleted at the age of retention.messageDays.'],
  // Set-up
  config_invalid: [
    'refuse',
    'Correct the setting named. `zenodo-replicator config` shows where each value comes from.',
  ],
  database_unreachable: ['refuse', 'Check database.url and that the server is running.'],
  schema_outdated: ['refuse', 'Run `zenodo-replicator migrate`.'],
  schema_newer: ['refuse', 'The database was migrated by a newer release. Run that release or a later one.'],
  service_unreachable: [
    'refuse',
    'Look whether `zenodo-replicator serve` runs there, and whether the address in --server is right.',
  ],
  not_designated_host: ['refuse', 'Start the worker on the host named in worker.host, or change that setting.'],
  lease_held: [
    'refuse',
    'See `zenodo-replicator lease show`. Break the lease only when its holder will not come back.',
  ],
  claim_lost: ['halt', 'The copy was taken from this worker. Its state shows who moved it.'],
  lease_lost: [
    'halt',
    'The lease was taken over or broken. This worker stops; the copies go on with whoever leads next.',
  ],
} as const satisfies Record<string, readonly [Next, string]>

export type FailureCode = keyof typeof failureCodes
