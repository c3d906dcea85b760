/** Archives that a copy has at Zenodo, so that later runs and versions know them without reading their files again. */
import { createTable } from './support/tables.js'

/** @param {import('knex').Knex} knex */
export async function up(knex) {
  await createTable(knex, 'zenodo_copy_archives', (table) => {
    table.bigIncrements('id')
    table.bigInteger('copy_id').unsigned().notNullable()
    table.string('name', 255).notNullable()
    table.bigInteger('size').unsigned().notNullable()
    // SHA-256 of what the manifest says of its files
    table.string('contents', 64).notNullable()
    table.string('md5', 32).notNullable()
    // a copy has a few; the newest row of a name counts
    table.index(['copy_id', 'id'], 'zenodo_copy_archives_copy')
    table
      .foreign('copy_id', 'zenodo_copy_archives_copy_fk')
      .references('id')
      .inTable('zenodo_copies')
      .onDelete('RESTRICT')
      .onUpdate('RESTRICT')
  })
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.schema.dropTable('zenodo_copy_archives')
}
