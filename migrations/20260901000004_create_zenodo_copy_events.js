/** What happened to each copy, in order: never changed, read by people, and by a new leader for calls without an outcome. Old ones leave for an archive. */
import { createTable, time } from './support/tables.js'

/** @param {import('knex').Knex} knex */
export async function up(knex) {
  await createTable(knex, 'zenodo_copy_events', (table) => {
    table.bigIncrements('id')
    table.bigInteger('copy_id').unsigned().notNullable()
    time(table, 'at').notNullable()
    table.string('kind', 32).notNullable()
    table.string('actor', 255).notNullable()
    // the leader's term, for events of the worker: proves afterwards that no stale leader wrote
    table.bigInteger('term').unsigned()
    table.text('data', 'longtext').notNullable()
    table.index(['copy_id', 'id'], 'zenodo_copy_events_story')
    table
      .foreign('copy_id', 'zenodo_copy_events_copy_fk')
      .references('id')
      .inTable('zenodo_copies')
      .onDelete('RESTRICT')
      .onUpdate('RESTRICT')
  })
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.schema.dropTable('zenodo_copy_events')
}
