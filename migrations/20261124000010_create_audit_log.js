/** What did people do, and who were they? One row for each action, written with it; nothing changes or deletes one. */
import { createTable, time } from './support/tables.js'

/** @param {import('knex').Knex} knex */
export async function up(knex) {
  await createTable(knex, 'audit_log', (table) => {
    table.bigIncrements('id')
    time(table, 'at').notNullable()
    table.string('who', 255).notNullable()
    // null: on the command line, where the rights of the database decide
    table.string('role', 16)
    table.string('how', 16).notNullable()
    // a noun and a verb, as in copies.requeue
    table.string('action', 64).notNullable()
    // JSON: the filter, the ids or the name that it was for
    table.text('subject', 'longtext').notNullable()
    table.text('reason')
    // JSON: what came of it, in numbers
    table.text('outcome').notNullable()
    // under which the log of the service knows the request
    table.string('request_id', 64)
    table.index(['who', 'id'], 'audit_log_who_index')
    table.index(['action', 'id'], 'audit_log_action_index')
    table.index(['at'], 'audit_log_at_index')
  })
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.schema.dropTable('audit_log')
}
