/** Which commands are about many copies at once: jobs, which the worker goes on with behind everything else? */
import { copyTypes, families } from '../core/copy.ts'
import type { CommandOption, CommandSpec } from './command.ts'
import { day, listOf, oneOf, wholeNumber } from './option-values.ts'

const reason: CommandOption = { flags: '--reason <text>', about: 'kept with the job' }
const dryRun: CommandOption = { flags: '--dry-run', about: 'say how much there would be to do, and start nothing' }
const yes: CommandOption = { flags: '--yes', about: 'do not ask' }
const which: readonly CommandOption[] = [
  { flags: '--dataset <doi>', about: 'only this dataset' },
  { flags: '--family <family>', about: `only this family: ${families.join(', ')}`, parse: oneOf(families) },
  {
    flags: '--type <type>',
    about: `only these copy types: ${copyTypes.join(', ')}; repeatable, or several with commas`,
    parse: listOf(copyTypes),
  },
]
const job = [['<id>', 'id of the job']] as const
const dataset = [['<doi>', 'of the dataset']] as const

export const jobCommands: readonly CommandSpec[] = [
  {
    name: 'audit',
    about: 'have everything finished compared with Zenodo: state, DOI, names, sizes and checksums of files, metadata',
    args: [['[id...]', 'ids of copies; without ids, all that match']],
    options: [...which, dryRun, reason],
    examples: ['zenodo-replicator audit', 'zenodo-replicator audit --dataset 10.5061/dryad.abc'],
    load: () => import('./commands/audit.ts'),
  },
  {
    name: 'backfill',
    about: 'have many old versions brought in, behind everything current: a manifest a line, or { "manifestUrl": … }',
    args: [['<file...>', 'files of lines, or - for standard input']],
    options: [reason],
    examples: ['zenodo-replicator backfill old-versions.ndjson'],
    load: () => import('./commands/backfill.ts'),
  },
  {
    name: 'refresh-metadata',
    about: 'have the metadata of today brought to what is at Zenodo: drafts get them, records are published again',
    args: [['[manifest...]', 'files of new manifests, one JSON document a line; without, those that are stored']],
    options: [...which, dryRun, yes, reason],
    examples: [
      'zenodo-replicator refresh-metadata manifests.ndjson',
      'zenodo-replicator refresh-metadata --family data',
    ],
    load: () => import('./commands/refresh-metadata.ts'),
  },
  {
    name: 'embargo',
    about: 'have every published record of a dataset closed until a day, and those that come later as well',
    args: dataset,
    options: [
      { flags: '--until <day>', about: 'from which on it is open again, YYYY-MM-DD', parse: day },
      { flags: '--lift', about: 'open everything again now' },
      dryRun,
      yes,
      reason,
    ],
    examples: [
      'zenodo-replicator embargo 10.5061/dryad.abc --until 2027-06-01',
      'zenodo-replicator embargo 10.5061/dryad.abc --lift',
    ],
    load: () => import('./commands/embargo.ts'),
  },
  {
    name: 'takedown-list',
    about:
      'have everything of a dataset that is at Zenodo listed: drafts can be deleted, records only by Zenodo itself',
    args: dataset,
    options: [
      { flags: '--delete-drafts', about: 'delete the drafts; the story of the copies stays' },
      dryRun,
      yes,
      reason,
    ],
    examples: [
      'zenodo-replicator takedown-list 10.5061/dryad.abc',
      'zenodo-replicator takedown-list 10.5061/dryad.abc --delete-drafts',
    ],
    load: () => import('./commands/takedown-list.ts'),
  },
  {
    name: 'job list',
    about: 'show the jobs there are, newest first',
    options: [{ flags: '--limit <number>', about: 'at most so many; default 20', parse: wholeNumber(1, 1000) }],
    examples: ['zenodo-replicator job list'],
    load: () => import('./commands/job-list.ts'),
  },
  {
    name: 'job show',
    about: 'how far a job is, and what came of each of its parts',
    args: job,
    options: [
      { flags: '--failed', about: 'only what a person should look at' },
      { flags: '--after <item>', about: 'go on behind this item', parse: wholeNumber(0, Number.MAX_SAFE_INTEGER) },
      { flags: '--limit <number>', about: 'at most so many; default 100', parse: wholeNumber(1, 1000) },
    ],
    examples: ['zenodo-replicator job show 3 --failed', 'zenodo-replicator job show 3 --json'],
    load: () => import('./commands/job-show.ts'),
  },
  ...(['pause', 'resume', 'cancel'] as const).map(
    (action): CommandSpec => ({
      name: `job ${action}`,
      about: {
        pause: 'have a job wait until it is resumed',
        resume: 'have a paused job go on where it was',
        cancel: 'end a job where it stands; what it has done stays',
      }[action],
      args: job,
      options: [reason],
      examples: [`zenodo-replicator job ${action} 3`],
      load: async () => {
        const { actOnJob } = await import('./act-on-job.ts')
        return { run: (context, given) => actOnJob(context, action, given) }
      },
    }),
  ),
  {
    name: 'job repair',
    about: 'put those copies back into the queue by which what an audit found can be mended',
    args: [['<id>', 'id of the audit']],
    options: [dryRun, yes, reason],
    examples: ['zenodo-replicator job repair 3 --dry-run', 'zenodo-replicator job repair 3 --yes'],
    load: () => import('./commands/job-repair.ts'),
  },
]
