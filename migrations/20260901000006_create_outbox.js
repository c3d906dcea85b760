/** Messages for the repository, stored in the transaction that makes them true and delivered at least once afterwards. */
import { createTable, time } from './support/tables.js'

/** @param {import('knex').Knex} knex */
export async function up(knex) {
  await createTable(knex, 'outbox', (table) => {
    table.bigIncrements('id')
    table.string('kind', 64).notNullable()
    table.bigInteger('copy_id').unsigned().notNullable()
    table.text('payload', 'longtext').notNullable()
    time(table, 'created_at').notNullable()
    time(table, 'delivered_at')
    table.integer('attempts').unsigned().notNullable().defaultTo(0)
    time(table, 'next_attempt_at').notNullable()
    table.text('last_error')
    // undelivered ones have a null, so the next to deliver stand at the front
    table.index(['delivered_at', 'next_attempt_at', 'id'], 'outbox_due')
    table.index(['copy_id'], 'outbox_copy')
    table
      .foreign('copy_id', 'outbox_copy_fk')
      .references('id')
      .inTable('zenodo_copies')
      .onDelete('RESTRICT')
      .onUpdate('RESTRICT')
  })
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.schema.dropTable('outbox')
}
