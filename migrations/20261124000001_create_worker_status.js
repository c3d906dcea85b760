/** What the worker that leads told of itself last: one row a lease, written under its term. */
import { createTable, time } from './support/tables.js'

/** @param {import('knex').Knex} knex */
export async function up(knex) {
  await createTable(knex, 'worker_status', (table) => {
    table.string('name', 64).notNullable()
    table.primary(['name'])
    table.bigInteger('term').unsigned().notNullable()
    // JSON: read as a whole, by people and by the metrics
    table.text('report').notNullable()
    time(table, 'updated_at').notNullable()
    table
      .foreign('name', 'worker_status_lease_fk')
      .references('name')
      .inTable('leases')
      .onDelete('RESTRICT')
      .onUpdate('RESTRICT')
  })
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.schema.dropTable('worker_status')
}
