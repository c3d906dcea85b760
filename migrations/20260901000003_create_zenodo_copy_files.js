/** The files of a copy, each with its own progress, so that a resumed run sends only what is missing; and the archives. */
import { createTable } from './support/tables.js'

/** @param {import('knex').Knex} knex */
export async function up(knex) {
  await createTable(knex, 'zenodo_copy_files', (table) => {
    table.bigIncrements('id')
    table.bigInteger('copy_id').unsigned().notNullable()
    table.integer('ordinal').unsigned().notNullable()
    table.string('path', 1024).notNullable()
    table.bigInteger('size').unsigned().notNullable()
    table.string('checksum', 255)
    // presigned addresses exceed what fits into a varchar
    table.text('source', 'mediumtext').notNullable()
    table.string('state', 16).notNullable()
    table.string('md5', 32)
    table.bigInteger('bytes_done').unsigned().notNullable().defaultTo(0)
    // in which archive it lies at Zenodo; null: it stands there by itself
    table.string('archive', 255)
    table.unique(['copy_id', 'ordinal'], { indexName: 'zenodo_copy_files_ordinal_unique' })
    table.check("state in ('pending', 'sent', 'kept', 'skipped')", [], 'zenodo_copy_files_state_check')
    table
      .foreign('copy_id', 'zenodo_copy_files_copy_fk')
      .references('id')
      .inTable('zenodo_copies')
      .onDelete('RESTRICT')
      .onUpdate('RESTRICT')
  })
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.schema.dropTable('zenodo_copy_files')
}
