/** Messages for the repository and mails for people, stored in the transaction that makes them true and delivered at least once afterwards. */
import { createTable, time } from './support/tables.js'

/** @param {import('knex').Knex} knex */
export async function up(knex) {
  await createTable(knex, 'outbox', (table) => {
    table.bigIncrements('id')
    // who is told: the repository (webhook), or people (mail)
    table.string('channel', 16).notNullable().defaultTo('webhook')
    table.string('kind', 64).notNullable()
    // none: it is about the service, not about one copy
    table.bigInteger('copy_id').unsigned()
    table.text('payload', 'longtext').notNullable()
    time(table, 'created_at').notNullable()
    table.string('state', 16).notNullable().defaultTo('waiting')
    time(table, 'delivered_at')
    table.integer('attempts').unsigned().notNullable().defaultTo(0)
    time(table, 'next_attempt_at').notNullable()
    // of the last attempt that failed: what was answered, if anything, and what went wrong
    table.integer('last_status').unsigned()
    table.text('last_error')
    table.check("channel in ('webhook', 'mail')", [], 'outbox_channel_check')
    table.check("state in ('waiting', 'delivered', 'dead')", [], 'outbox_state_check')
    table.index(['channel', 'state', 'next_attempt_at', 'id'], 'outbox_due')
    // also tells which messages about a copy came before another
    table.index(['copy_id', 'id'], 'outbox_copy')
    table.index(['state', 'id'], 'outbox_state')
    table.index(['kind', 'id'], 'outbox_kind')
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
