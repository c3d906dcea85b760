/** What is out of order, and what was: one row an incident, so that it is told once and ended once, whoever leads meanwhile. */
import { createTable, time } from './support/tables.js'

/** @param {import('knex').Knex} knex */
export async function up(knex) {
  await createTable(knex, 'incidents', (table) => {
    table.bigIncrements('id')
    table.string('cause', 16).notNullable()
    // the cause while it lasts, else null: at most one of a cause at a time
    table.string('open_cause', 16)
    table.string('code', 64).notNullable()
    table.text('message').notNullable()
    time(table, 'opened_at').notNullable()
    time(table, 'closed_at')
    table.unique(['open_cause'], { indexName: 'incidents_open_unique' })
    table.check("cause in ('zenodo', 'token', 'webhook', 'mail')", [], 'incidents_cause_check')
  })
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.schema.dropTable('incidents')
}
