/** Datasets, and the manifest that was sent for each version. */
import { createTable, time } from './support/tables.js'

/** @param {import('knex').Knex} knex */
export async function up(knex) {
  await createTable(knex, 'datasets', (table) => {
    table.bigIncrements('id')
    table.string('doi', 255).notNullable()
    table.string('external_id', 255)
    // YYYY-MM-DD: until then, nothing of it is open at Zenodo, whatever its manifests say
    table.string('embargo_until', 10)
    time(table, 'created_at').notNullable()
    table.unique(['doi'], { indexName: 'datasets_doi_unique' })
    table.index(['external_id'], 'datasets_external_id')
  })
  await createTable(knex, 'dataset_versions', (table) => {
    table.bigIncrements('id')
    table.bigInteger('dataset_id').unsigned().notNullable()
    table.integer('number').unsigned().notNullable()
    table.string('external_id', 255)
    table.boolean('published').notNullable()
    table.string('publication_date', 32)
    // of the manifest, to be shown; and without accents and capitals, to be searched
    table.string('title', 500)
    table.string('title_folded', 500)
    table.text('manifest', 'longtext').notNullable()
    // the folder that relative file: sources may lie in, when a person sent the manifest from a folder
    table.text('file_root')
    // sha-256 of the manifest as stored: shows at a glance whether two environments hold the same
    table.string('digest', 64).notNullable()
    time(table, 'created_at').notNullable()
    time(table, 'updated_at').notNullable()
    table.unique(['dataset_id', 'number'], { indexName: 'dataset_versions_number_unique' })
    // a search reads this from end to end instead of the manifests
    table.index(['title_folded'], 'dataset_versions_title')
    // RESTRICT everywhere: nothing may vanish while Zenodo still holds something because of it
    table
      .foreign('dataset_id', 'dataset_versions_dataset_fk')
      .references('id')
      .inTable('datasets')
      .onDelete('RESTRICT')
      .onUpdate('RESTRICT')
  })
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.schema.dropTable('dataset_versions')
  await knex.schema.dropTable('datasets')
}
