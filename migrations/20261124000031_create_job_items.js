/** What a job has to do, one thing a row, and what came of each: its report. */
import { createTable, time } from './support/tables.js'

/** @param {import('knex').Knex} knex */
export async function up(knex) {
  await createTable(knex, 'job_items', (table) => {
    table.bigIncrements('id')
    table.bigInteger('job_id').unsigned().notNullable()
    table.string('state', 16).notNullable()
    // how often it was taken up: what had to be put off comes after the others
    table.integer('turns').unsigned().notNullable().defaultTo(0)
    table.integer('failures').unsigned().notNullable().defaultTo(0)
    table.bigInteger('copy_id').unsigned()
    table.string('dataset', 255)
    // what a person sent for it, such as a manifest
    table.text('payload', 'longtext')
    table.string('finding', 64)
    table.text('message')
    table.text('data', 'longtext')
    time(table, 'updated_at').notNullable()
    table.index(['job_id', 'state', 'turns', 'id'], 'job_items_next')
    table.index(['job_id', 'id'], 'job_items_report')
    table.check("state in ('pending', 'waiting', 'done', 'failed', 'passed')", [], 'job_items_state_check')
    for (const [column, target] of [
      ['job_id', 'jobs'],
      ['copy_id', 'zenodo_copies'],
    ]) {
      table
        .foreign(column, `job_items_${column}_fk`)
        .references('id')
        .inTable(target)
        .onDelete('RESTRICT')
        .onUpdate('RESTRICT')
    }
  })
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.schema.dropTable('job_items')
}
