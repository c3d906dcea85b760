/** What does a console have to show? A few datasets in every state that there is, with long titles, long errors and large files; more of them on demand. */
import type { CopyType } from '../../src/core/copy.ts'
import type { PersonAction } from '../../src/core/copy-state.ts'
import { Failure } from '../../src/core/failure.ts'
import type { LeaseProof, Outcome } from '../../src/replication/ports/work-store.ts'
import type { Bench } from '../db/setup.ts'

const titles = [
  'Heights of sunflowers',
  'Plant functional traits and demographic rates of 1,274 tree species along an elevational gradient from the lowland Amazon to the puna grasslands of the eastern Andes, with code to repeat every figure',
  'Données météorologiques horaires de la station du col de la Brenne',
  'Sub-metre bathymetry of Lake Ohrid',
]

const finished: Outcome = { kind: 'finished', attempt: true, messages: [] }
const failed = (code: Failure['code'], message: string): Outcome => ({
  kind: 'error',
  failure: new Failure(code, message),
  attempt: true,
})
const outcomes: readonly (Outcome | null)[] = [
  finished,
  finished,
  failed('zenodo_files_locked', 'Zenodo answered 403 to PUT /api/files/…: the bucket is locked.'),
  failed(
    'source_checksum_differs',
    'species_traits/elevation_bands/2019-2024/all_plots_with_imputed_values_v3_final.csv: the source has sha-256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08, the manifest promises 60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752.',
  ),
  {
    kind: 'retry',
    failure: new Failure('zenodo_unavailable', 'POST /api/deposit/depositions: Zenodo answered 504.'),
    delayMs: 900_000,
  },
  failed('zenodo_files_locked', 'Zenodo answered 403 to PUT /api/files/…: the bucket is locked.'),
  null,
]

/** Three versions of each dataset, of which the later ones wait; then people and the worker move them on. */
export async function addSamples(bench: Bench, datasets = 8): Promise<void> {
  for (let n = 1; n <= datasets; n++) {
    const types: CopyType[] = n % 3 === 0 ? ['data', 'software'] : ['data']
    for (let number = 1; number <= (n % 4) + 1; number++) {
      const files = {
        'README.md': 2100,
        [`plots/${n}/heights.csv`]: 48_000_000 * n,
        'raw.tar.gz': 3_900_000_000 * (n % 5),
      }
      await bench.enqueue({ doi: `10.5061/dryad.${n}`, number, types, files, title: titles[n % titles.length] ?? '' })
    }
  }
  const proof = await bench.lead('worker')
  const claimed = await bench.claim(proof)
  for (const [index, id] of claimed.entries()) {
    await bench.store.work.enterStep(proof, id, 'upload')
    const outcome = outcomes[index % outcomes.length]
    if (outcome) await bench.settle(proof, id, outcome)
  }
  await bench.db.knex('zenodo_copies').where('state', 'replicating').update({ bytes_done: 32_000_000, files_done: 1 })
  await bench.db.knex('zenodo_copies').where('state', 'finished').update({
    deposition_id: '1042',
    conceptrecid: '1041',
    doi: '10.5281/zenodo.1042',
    record_url: 'https://zenodo.example/records/1042',
  })
  const waiting = await bench.store.reading.list({ states: ['enqueued'], blocked: true })
  for (const [index, { id }] of waiting.copies.entries()) {
    const action: PersonAction | undefined = index % 7 === 3 ? 'defer' : index % 7 === 5 ? 'cancel' : undefined
    if (action)
      await bench.store.desk.act(
        action,
        { ids: [id] },
        { name: 'web:Jane Doe', reason: 'asked by the author, who sends another file' },
      )
  }
  await addJobs(bench, proof)
  await addMessages(bench, proof)
}

/** A job that is under way, with something for a person to look at, and one that waits. */
async function addJobs({ store }: Bench, proof: LeaseProof): Promise<void> {
  const actor = { name: 'web:Jane Doe', reason: 'as every year' }
  const { id } = await store.jobDesk.start({ kind: 'audit', parameters: {}, actor })
  const [job] = await store.jobs.open()
  if (job) await store.jobs.plan(proof, job)
  const item = await store.jobs.take(proof, id)
  const message = 'Files of 1042: "analysis.R" is missing.'
  const result = { state: 'failed', finding: 'files_differ', message, data: { remedy: 'requeue' } } as const
  if (item) await store.jobs.settle(proof, item, result)
  const embargo = { filter: { dataset: '10.5061/dryad.1' }, until: '2099-01-01' }
  await store.jobDesk.start({ kind: 'embargo', parameters: embargo, actor })
}

/** What finished copies and errors told: one was taken, one is dead, the rest waits, as the receiver is away. */
async function addMessages({ store }: Bench, proof: LeaseProof): Promise<void> {
  const away = new Failure('receiver_unavailable', 'repository.example.org answered 503: down for maintenance')
  await store.incidents.settle(proof, ['webhook'], { cause: 'webhook', failure: away }, true)
  const [first, second, third] = await store.outbox.due('webhook', 50, [])
  const failed = { kind: 'failed', failure: away, status: 503 } as const
  if (first)
    await store.outbox.record(proof, [{ message: first, attempt: { kind: 'delivered', status: 204 }, delayMs: null }])
  if (second) await store.outbox.record(proof, [{ message: second, attempt: failed, delayMs: null }])
  if (third) await store.outbox.record(proof, [{ message: third, attempt: failed, delayMs: 900_000 }])
}
