/** The copies: one row is one version × one copy type, and the table is the queue. */
import { createTable, isMysql, time } from './support/tables.js'

const states = ['enqueued', 'replicating', 'finished', 'error', 'deferred', 'cancelled']
const unfinished = ['enqueued', 'replicating', 'error', 'deferred']
const steps = ['create', 'metadata', 'upload', 'verify', 'publish', 'discard']
const familyTypes = { data: ['data'], software: ['software', 'software_publish'], supp: ['supp', 'supp_publish'] }

/** @param {readonly string[]} words */
function list(words) {
  return words.map((word) => `'${word}'`).join(', ')
}

/** @param {import('knex').Knex} knex */
export async function up(knex) {
  await createTable(knex, 'zenodo_copies', (table) => {
    addIdentity(table)
    addProgress(table)
    addIndexes(table)
    addChecks(table)
  })
  await addDerivedColumns(knex)
}

/** @param {import('knex').Knex.CreateTableBuilder} table */
function addIdentity(table) {
  table.bigIncrements('id')
  table.bigInteger('dataset_id').unsigned().notNullable()
  table.bigInteger('dataset_version_id').unsigned().notNullable()
  table.string('copy_type', 32).notNullable()
  table.string('family', 16).notNullable()
  // place in the order of the family, from version number and copy type
  table.bigInteger('position').notNullable()
  // where the copy is at Zenodo
  // digits at Zenodo, words such as 9jq2e-eyf24 at other InvenioRDM repositories
  table.string('deposition_id', 64)
  table.string('conceptrecid', 64)
  table.string('doi', 255)
  table.text('record_url')
  // sha-256 of the metadata that it sent last, but for the DOI
  table.string('metadata_digest', 64)
  table.text('note')
  table.string('requested_by', 255)
  for (const [column, target] of [
    ['dataset_id', 'datasets'],
    ['dataset_version_id', 'dataset_versions'],
  ]) {
    table
      .foreign(column, `zenodo_copies_${column}_fk`)
      .references('id')
      .inTable(target)
      .onDelete('RESTRICT')
      .onUpdate('RESTRICT')
  }
}

/** @param {import('knex').Knex.CreateTableBuilder} table */
function addProgress(table) {
  table.string('state', 16).notNullable()
  table.string('step', 16)
  table.integer('retries').unsigned().notNullable().defaultTo(0)
  table.integer('rescues').unsigned().notNullable().defaultTo(0)
  table.integer('priority').notNullable()
  // an earlier copy of the family is unfinished: derived, and kept here so that a claim passes over those that wait
  table.boolean('held_back').notNullable().defaultTo(false)
  time(table, 'run_after').notNullable()
  table.bigInteger('claim_term').unsigned()
  time(table, 'claimed_at')
  time(table, 'heartbeat_at')
  table.bigInteger('bytes_done').unsigned().notNullable().defaultTo(0)
  table.bigInteger('bytes_total').unsigned().notNullable().defaultTo(0)
  table.integer('files_done').unsigned().notNullable().defaultTo(0)
  table.integer('files_total').unsigned().notNullable().defaultTo(0)
  // events that left the log for the archive
  table.integer('events_archived').unsigned().notNullable().defaultTo(0)
  table.string('error_code', 64)
  table.text('error_message')
  // the same for errors that differ only in what they are about
  table.string('error_group', 16)
  time(table, 'created_at').notNullable()
  time(table, 'updated_at').notNullable()
  time(table, 'state_changed_at').notNullable()
  time(table, 'finished_at')
}

/** @param {import('knex').Knex.CreateTableBuilder} table */
function addIndexes(table) {
  table.unique(['dataset_version_id', 'copy_type'], { indexName: 'zenodo_copies_type_unique' })
  // two copies at one place could never be told which goes first
  table.unique(['dataset_id', 'family', 'position'], { indexName: 'zenodo_copies_position_unique' })
  // a worker without work reads the first of this, and knows until when it may sleep
  table.index(['state', 'held_back', 'run_after'], 'zenodo_copies_next_due')
  // what is not finished, and what was finished lately
  table.index(['state', 'family', 'finished_at', 'bytes_total', 'files_total'], 'zenodo_copies_counts')
  // how much waits for how long, and what came in lately
  table.index(['state', 'created_at', 'bytes_total', 'files_total'], 'zenodo_copies_backlog')
  table.index(['family', 'id'], 'zenodo_copies_by_family')
  table.index(['error_code', 'id'], 'zenodo_copies_by_error')
  table.index(['error_group', 'state', 'state_changed_at'], 'zenodo_copies_error_groups')
  table.index(['state', 'id'], 'zenodo_copies_by_state')
  table.index(['updated_at', 'id'], 'zenodo_copies_updated')
  table.index(['copy_type', 'id'], 'zenodo_copies_by_type')
  table.index(['bytes_total', 'id'], 'zenodo_copies_by_size')
  table.index(['retries', 'id'], 'zenodo_copies_by_attempts')
  table.index(['deposition_id'], 'zenodo_copies_deposition')
  table.index(['conceptrecid'], 'zenodo_copies_concept')
  table.index(['doi'], 'zenodo_copies_doi')
}

/** @param {import('knex').Knex.CreateTableBuilder} table */
function addChecks(table) {
  table.check(`state in (${list(states)})`, [], 'zenodo_copies_state_check')
  table.check(`step is null or step in (${list(steps)})`, [], 'zenodo_copies_step_check')
  const pairs = Object.entries(familyTypes).map(
    ([family, types]) => `(family = '${family}' and copy_type in (${list(types)}))`,
  )
  table.check(pairs.join(' or '), [], 'zenodo_copies_type_check')
  // a claim without a term could not be fenced, a term without a claim would look like one
  table.check(`(state = 'replicating') = (claim_term is not null)`, [], 'zenodo_copies_claim_check')
}

/** @param {import('knex').Knex} knex */
async function addDerivedColumns(knex) {
  // knex cannot say "generated"; SQLite adds virtual columns only after the table was made, so both do
  const key = isMysql(knex) ? "concat(dataset_id, ':', family)" : "dataset_id || ':' || family"
  const time = isMysql(knex)
    ? ['datetime(6)', 'run_after + interval priority hour']
    : ['datetime', "strftime('%Y-%m-%d %H:%M:%f', run_after, priority || ' hours')"]
  // a priority is a head start in time, so that whoever waits moves ahead by waiting
  await knex.raw(`alter table zenodo_copies add column queue_time ${time[0]} generated always as (${time[1]}) virtual`)
  await knex.raw(
    `alter table zenodo_copies add column running_key varchar(64) generated always as (case when state = 'replicating' then ${key} end) virtual`,
  )
  await knex.raw(
    `alter table zenodo_copies add column software_doi varchar(255) generated always as (case when family in ('software', 'supp') then doi end) virtual`,
  )
  await knex.raw(
    `alter table zenodo_copies add column open_position bigint generated always as (case when state in (${list(unfinished)}) then position end) virtual`,
  )
  // nulls are free, so this holds back only a second running copy of a dataset and family, and finds what runs of one
  await knex.schema.alterTable('zenodo_copies', (table) => {
    table.unique(['running_key'], { indexName: 'zenodo_copies_running_unique' })
    // the claim reads this from the front, so finished rows and those that wait for others cost it nothing
    table.index(['state', 'held_back', 'queue_time', 'id'], 'zenodo_copies_claim')
    // the first of a family, and those behind it
    table.index(['dataset_id', 'family', 'open_position'], 'zenodo_copies_first')
    table.index(['dataset_id', 'family', 'held_back', 'open_position'], 'zenodo_copies_held_back')
  })
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.schema.dropTable('zenodo_copies')
}
