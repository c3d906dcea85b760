/** Who may call the HTTP API: the hash of each token, and what its holder may do. Revoked ones stay, as what they did is told by name. */
import { createTable, time } from './support/tables.js'

/** @param {import('knex').Knex} knex */
export async function up(knex) {
  await createTable(knex, 'tokens', (table) => {
    table.bigIncrements('id')
    table.string('name', 64).notNullable()
    table.string('role', 16).notNullable()
    // sha-256 in hex: whoever reads the table cannot call the API
    table.string('hash', 64).notNullable()
    time(table, 'created_at').notNullable()
    table.string('created_by', 255).notNullable()
    time(table, 'revoked_at')
    table.string('revoked_by', 255)
    table.unique(['name'], { indexName: 'tokens_name_unique' })
    table.unique(['hash'], { indexName: 'tokens_hash_unique' })
    table.check("role in ('enqueue', 'viewer', 'curator', 'admin')", [], 'tokens_role_check')
  })
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.schema.dropTable('tokens')
}
