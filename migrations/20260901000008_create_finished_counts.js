/** How many copies of a family were finished by a time: nothing leaves that state, so only later ones have to be counted. */
import { createTable, time } from './support/tables.js'

/** @param {import('knex').Knex} knex */
export async function up(knex) {
  await createTable(knex, 'finished_counts', (table) => {
    table.string('family', 16).notNullable()
    table.primary(['family'])
    // of those whose finished_at is not after this time
    time(table, 'until').notNullable()
    table.bigInteger('count').unsigned().notNullable()
  })
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.schema.dropTable('finished_counts')
}
