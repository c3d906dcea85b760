/** Who may work, and what a person switched off: the lease rows, the history of their terms, and the switches. */
import { createTable, time } from './support/tables.js'

/** @param {import('knex').Knex} knex */
export async function up(knex) {
  await createTable(knex, 'leases', (table) => {
    table.string('name', 64).notNullable()
    table.primary(['name'])
    table.string('holder', 255)
    table.string('host', 255)
    // only ever grows, also across failover and restore: at least the milliseconds since 1970
    table.bigInteger('term').unsigned().notNullable().defaultTo(0)
    table.bigInteger('beat').unsigned().notNullable().defaultTo(0)
    time(table, 'acquired_at')
    time(table, 'renewed_at')
    time(table, 'expires_at').notNullable().defaultTo('1970-01-02 00:00:00.000')
  })
  await createTable(knex, 'lease_history', (table) => {
    table.bigIncrements('id')
    table.string('name', 64).notNullable()
    table.bigInteger('term').unsigned().notNullable()
    table.string('holder', 255).notNullable()
    table.string('host', 255).notNullable()
    time(table, 'acquired_at').notNullable()
    // one holder a term
    table.unique(['name', 'term'], { indexName: 'lease_history_term_unique' })
    table
      .foreign('name', 'lease_history_lease_fk')
      .references('name')
      .inTable('leases')
      .onDelete('RESTRICT')
      .onUpdate('RESTRICT')
  })
  await createTable(knex, 'switches', (table) => {
    table.string('name', 32).notNullable()
    table.primary(['name'])
    table.string('set_by', 255).notNullable()
    table.text('reason')
    time(table, 'since').notNullable()
    table.check("name in ('pause', 'breaker')", [], 'switches_name_check')
  })
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.schema.dropTable('switches')
  await knex.schema.dropTable('lease_history')
  await knex.schema.dropTable('leases')
}
