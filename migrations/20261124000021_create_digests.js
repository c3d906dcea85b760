/** Which mails gather what happened since the one before, and how far did the last one reach? */
import { createTable, time } from './support/tables.js'

/** @param {import('knex').Knex} knex */
export async function up(knex) {
  await createTable(knex, 'digests', (table) => {
    table.string('name', 32).notNullable()
    table.primary(['name'])
    // the last message of the outbox that it took account of
    table.bigInteger('up_to').unsigned().notNullable()
    time(table, 'sent_at').notNullable()
  })
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.schema.dropTable('digests')
}
