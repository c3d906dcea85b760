/** Which commands are about the service itself: the worker, its lease, its set-up? */
import { peopleRoles, roles, roleWords } from '../core/roles.ts'
import type { CommandOption, CommandSpec } from './command.ts'
import { oneOf, wholeNumber } from './option-values.ts'

const reason: CommandOption = { flags: '--reason <text>', about: 'shown to everybody who looks at the service' }

export const serviceCommands: readonly CommandSpec[] = [
  {
    name: 'worker',
    about: 'bring copies to Zenodo until told to stop; runs on the designated host only',
    options: [
      { flags: '--once', about: 'end when no copy is due any more' },
      { flags: '--wait', about: 'with --once: also wait for copies that become due later' },
    ],
    examples: ['zenodo-replicator worker', 'zenodo-replicator worker --once --wait'],
    load: () => import('./commands/worker.ts'),
  },
  {
    name: 'serve',
    about: 'answer the HTTP API and the console until told to stop; needs no token of Zenodo, and runs on any host',
    options: [
      { flags: '--host <host>', about: 'address of this host; default: server.host' },
      { flags: '--port <number>', about: 'default: server.port; 0: a free one', parse: wholeNumber(0, 65_535) },
      { flags: '--with-worker', about: 'also bring copies to Zenodo; on the designated host only' },
    ],
    examples: ['zenodo-replicator serve', 'zenodo-replicator serve --port 8090'],
    load: () => import('./commands/serve.ts'),
  },
  {
    name: 'token create',
    about: 'make a token of the HTTP API; it is shown this once',
    args: [['<name>', 'whose it is, as the story of copies and the log will tell']],
    options: [
      {
        flags: '--role <role>',
        about: Object.entries(roleWords).map(([role, words]) => `${role}: ${words}`).join('; '), // biome-ignore format: one thought
        parse: oneOf(roles),
      },
    ],
    examples: ['zenodo-replicator token create dryad --role enqueue'],
    load: () => import('./commands/token-create.ts'),
  },
  {
    name: 'token list',
    about: 'show the tokens of the HTTP API: name, role, who made and revoked them; never the tokens themselves',
    examples: ['zenodo-replicator token list'],
    load: () => import('./commands/token-list.ts'),
  },
  {
    name: 'token revoke',
    about: 'make a token of the HTTP API worthless, from the next request on',
    args: [['<name>', 'of the token']],
    examples: ['zenodo-replicator token revoke dryad'],
    load: () => import('./commands/token-revoke.ts'),
  },
  {
    name: 'sign-in-link',
    about: 'make an address by which one person can sign in to the console, once, within ten minutes',
    args: [['<name>', 'who it is for, as the story of copies and the audit log will tell']],
    options: [{ flags: '--role <role>', about: peopleRoles.join(', '), parse: oneOf(peopleRoles) }],
    examples: ['zenodo-replicator sign-in-link jane --role curator'],
    load: () => import('./commands/sign-in-link.ts'),
  },
  {
    name: 'notify test',
    about: 'send a signed test message to webhook.url, and a test mail where mail is set up',
    examples: ['zenodo-replicator notify test'],
    load: () => import('./commands/notify-test.ts'),
  },
  {
    name: 'lease show',
    about:
      'who leads, since when, and for how long without a renewal; what that worker is at, and what Zenodo lets it do',
    examples: ['zenodo-replicator lease show'],
    load: () => import('./commands/lease-show.ts'),
  },
  {
    name: 'lease break',
    about: 'take the lease from a holder that will not come back',
    options: [{ flags: '--yes', about: 'do not ask' }],
    examples: ['zenodo-replicator lease break --yes'],
    load: () => import('./commands/lease-break.ts'),
  },
  {
    name: 'orphans',
    about: 'show the drafts of ours at Zenodo that lost answers left behind and no copy uses',
    options: [
      {
        flags: '--remove',
        about: 'delete them; takes the lease, so it works on the designated host while no worker leads',
      },
      { flags: '--yes', about: 'with --remove: do not ask' },
    ],
    examples: ['zenodo-replicator orphans', 'zenodo-replicator orphans --remove --yes'],
    load: () => import('./commands/orphans.ts'),
  },
  {
    name: 'pause',
    about: 'let the worker claim no more copies; running ones go on',
    options: [reason],
    examples: ['zenodo-replicator pause --reason "maintenance of the storage"'],
    server: true,
    load: () => import('./commands/pause.ts'),
  },
  {
    name: 'unpause',
    about: 'let the worker claim copies again',
    examples: ['zenodo-replicator unpause'],
    server: true,
    load: () => import('./commands/unpause.ts'),
  },
  {
    name: 'drain',
    about: 'pause, and with --wait come back when nothing is running any more',
    options: [reason, { flags: '--wait', about: 'wait until no copy is replicating' }],
    examples: ['zenodo-replicator drain --wait && systemctl restart zenodo-replicator'],
    load: () => import('./commands/drain.ts'),
  },
  {
    name: 'migrate',
    about: 'bring the database to the schema of this release',
    args: [['[action]', 'status: only say what is there and what is missing']],
    examples: ['zenodo-replicator migrate', 'zenodo-replicator migrate status'],
    load: () => import('./commands/migrate.ts'),
  },
  {
    name: 'doctor',
    about:
      'check settings, memory, disks, files with secrets, database, schema, leader, host, clock, folders, Zenodo, token and account',
    options: [{ flags: '--repair', about: 'first put right what is stored about the order of waiting copies' }],
    examples: ['zenodo-replicator doctor'],
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'config',
    about: 'show every setting with the place its value came from; secrets are hidden',
    examples: ['zenodo-replicator config --config /etc/zenodo-replicator/config.yaml'],
    load: () => import('./commands/config.ts'),
  },
  {
    name: 'emulator',
    about: 'run a local Zenodo; prints {"url":…,"token":…} when it is ready, and ends with Ctrl-C',
    options: [
      { flags: '--port <number>', about: 'port on 127.0.0.1; default: a free one', parse: wholeNumber(0, 65_535) },
      { flags: '--data <folder>', about: 'keep records and files in this folder; default: in memory' },
      { flags: '--token <token>', about: 'token of the main account; default: a random one' },
      {
        flags: '--file-edits <grant>',
        about: 'granted or refused: may files of published records be changed; default refused, as at Zenodo',
        parse: oneOf(['granted', 'refused']),
      },
    ],
    examples: ['zenodo-replicator emulator --port 8081 --token secret'],
    load: () => import('./commands/emulator.ts'),
  },
]
