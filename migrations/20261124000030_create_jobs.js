/** Work on many copies that somebody asked for: what it is, how far it is, and who wanted it. */
import { createTable, time } from './support/tables.js'

/** @param {import('knex').Knex} knex */
export async function up(knex) {
  await createTable(knex, 'jobs', (table) => {
    table.bigIncrements('id')
    table.string('kind', 32).notNullable()
    table.text('parameters', 'longtext').notNullable()
    table.string('state', 16).notNullable()
    // the id of the last copy that became an item; null: all have
    table.bigInteger('planned_to').unsigned()
    table.integer('items_total').unsigned().notNullable().defaultTo(0)
    table.integer('items_done').unsigned().notNullable().defaultTo(0)
    table.integer('items_failed').unsigned().notNullable().defaultTo(0)
    table.integer('items_passed').unsigned().notNullable().defaultTo(0)
    // that it brought to Zenodo
    table.bigInteger('bytes_done').unsigned().notNullable().defaultTo(0)
    // since when, and from how many on, the pace is measured from which the end is estimated
    time(table, 'measured_from')
    table.integer('measured_items').unsigned().notNullable().defaultTo(0)
    table.string('started_by', 255).notNullable()
    table.text('reason')
    table.text('error_message')
    time(table, 'created_at').notNullable()
    time(table, 'updated_at').notNullable()
    time(table, 'finished_at')
    table.index(['state', 'id'], 'jobs_by_state')
    table.check(
      "state in ('loading', 'waiting', 'running', 'paused', 'finished', 'failed', 'cancelled')",
      [],
      'jobs_state_check',
    )
  })
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.schema.dropTable('jobs')
}
