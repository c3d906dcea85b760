/** Which commands are about copies: bringing them in, looking at them, and moving them on? */
import { copyTypes, families } from '../core/copy.ts'
import { copySorts } from '../core/copy-sorts.ts'
import { stateNames } from '../core/copy-state.ts'
import type { CommandOption, CommandSpec } from './command.ts'
import { listOf, oneOf, time, wholeNumber } from './option-values.ts'

const byType: CommandOption = {
  flags: '--type <type>',
  about: `copy type: ${copyTypes.join(', ')}; repeatable, or several with commas`,
  parse: listOf(copyTypes),
}
const byState: CommandOption = {
  flags: '--state <state>',
  about: `state: ${stateNames.join(', ')}; repeatable, or several with commas`,
  parse: listOf(stateNames),
}
const byDataset: CommandOption = { flags: '--dataset <doi>', about: 'copies of this dataset' }
const priority: CommandOption = {
  flags: '--priority <number>',
  about: 'an hour of head start for each point below zero, an hour later for each above; default 10 for data, else -10',
  parse: wholeNumber(-1_000_000, 1_000_000),
}
const publish: CommandOption = {
  flags: '--publish',
  about: 'treat the versions as published although the manifest does not say so',
}
const manifests = [['<manifest...>', 'manifest files (JSON), or - for standard input']] as const

const selection: readonly CommandOption[] = [
  byDataset,
  byState,
  byType,
  { flags: '--error <code>', about: 'copies with this error code' },
  { flags: '--reason <text>', about: 'kept in the event log of the copy' },
  { flags: '--dry-run', about: 'say what would be done, and change nothing' },
]
const copies = [['[id...]', 'ids of copies; without ids, the filters choose']] as const

export const queueCommands: readonly CommandSpec[] = [
  {
    name: 'demo',
    about: 'show the whole way on this machine: sample datasets, an emulated Zenodo, a database in a temporary folder',
    options: [
      { flags: '--keep', about: 'leave the console, the worker and the emulator running until Ctrl-C, to look around' },
      { flags: '--port <number>', about: 'port of the emulator; default: a free one', parse: wholeNumber(0, 65_535) },
    ],
    examples: ['zenodo-replicator demo', 'zenodo-replicator demo --keep --port 8081'],
    load: () => import('./commands/demo.ts'),
  },
  {
    name: 'send',
    about: 'enqueue manifests and bring their copies to Zenodo now, with progress',
    args: manifests,
    options: [byType, publish, priority],
    examples: ['ZENODO_TOKEN=… zenodo-replicator send dataset/manifest.json --publish'],
    load: () => import('./commands/send.ts'),
  },
  {
    name: 'enqueue',
    about: 'put the copies of manifests into the table; the worker does the rest',
    args: manifests,
    options: [
      byType,
      publish,
      priority,
      { flags: '--at <time>', about: 'not before this time, ISO 8601', parse: time },
      { flags: '--ndjson', about: 'one document a line, any number of them; what is refused leaves the others alone' },
    ],
    examples: [
      'zenodo-replicator enqueue v1.json v2.json --type software',
      'zenodo-replicator enqueue - < manifest.json',
      'zenodo-replicator enqueue --ndjson versions.ndjson',
    ],
    server: true,
    load: () => import('./commands/enqueue.ts'),
  },
  {
    name: 'list',
    about: 'show copies, newest first',
    options: [
      byState,
      byType,
      { flags: '--family <family>', about: `family: ${families.join(', ')}`, parse: oneOf(families) },
      byDataset,
      { flags: '--error <code>', about: 'copies with this error code' },
      { flags: '--blocked', about: 'only copies that wait for an earlier one' },
      { flags: '--no-blocked', about: 'only copies that wait for none' },
      { flags: '--q <text>', about: 'ids, DOIs, words of titles and errors, or field:value: see docs/api.md' },
      {
        flags: '--sort <field>',
        about: `${copySorts.join(', ')}; default id`,
        parse: oneOf(copySorts),
      },
      { flags: '--order <order>', about: 'asc or desc; default desc', parse: oneOf(['asc', 'desc']) },
      { flags: '--limit <number>', about: 'at most so many, 1 to 1000; default 50', parse: wholeNumber(1, 1000) },
      { flags: '--cursor <cursor>', about: 'go on where the last list ended' },
    ],
    examples: ['zenodo-replicator list --state error', 'zenodo-replicator list --dataset 10.5061/dryad.abc --json'],
    server: true,
    load: () => import('./commands/list.ts'),
  },
  {
    name: 'show',
    about: 'tell the story of a copy: where it stands, what holds it back, what you can do',
    args: [['<id>', 'id of the copy']],
    examples: ['zenodo-replicator show 41'],
    server: true,
    load: () => import('./commands/show.ts'),
  },
  {
    name: 'link',
    about:
      'give a link by which a file can be downloaded: the public one, or while it is a draft one that ends by itself',
    args: [
      ['<copy>', 'id of a copy, or the DOI of a dataset'],
      ['<file>', 'path of the file, as in the manifest, or the name of an archive'],
    ],
    examples: ['zenodo-replicator link 41 analysis.py', 'zenodo-replicator link 10.5061/dryad.abc figures/s1.pdf'],
    load: () => import('./commands/link.ts'),
  },
  {
    name: 'requeue',
    about: 'put copies back into the queue; cancelled ones only when named by id or --state cancelled',
    args: copies,
    options: selection,
    examples: ['zenodo-replicator requeue 41', 'zenodo-replicator requeue --dataset 10.5061/dryad.abc --state error'],
    server: true,
    load: () => import('./commands/requeue.ts'),
  },
  {
    name: 'defer',
    about: 'park copies; the later ones of their family wait for them',
    args: copies,
    options: selection,
    examples: ['zenodo-replicator defer 41 --reason "waits for the author"'],
    server: true,
    load: () => import('./commands/defer.ts'),
  },
  {
    name: 'resume',
    about: 'put deferred copies back into the queue',
    args: copies,
    options: selection,
    examples: ['zenodo-replicator resume 41', 'zenodo-replicator resume --state deferred'],
    server: true,
    load: () => import('./commands/resume.ts'),
  },
  {
    name: 'cancel',
    about: 'decide that copies will not go; the later ones of their family need not wait for them',
    args: copies,
    options: [...selection, { flags: '--yes', about: 'do not ask' }],
    examples: ['zenodo-replicator cancel 41 --yes --reason "withdrawn"'],
    server: true,
    load: () => import('./commands/cancel.ts'),
  },
]
