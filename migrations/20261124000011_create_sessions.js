/** Who is signed in to the console, and which links to sign in are still open? What has ended is deleted: the audit log remembers it. */
import { createTable, time } from './support/tables.js'

/** @param {import('knex').Knex} knex */
export async function up(knex) {
  await createTable(knex, 'sessions', (table) => {
    table.bigIncrements('id')
    // sha-256 in hex of what the cookie, or the link, holds
    table.string('hash', 64).notNullable()
    table.string('name', 255).notNullable()
    table.string('role', 16).notNullable()
    table.string('how', 16).notNullable()
    // the token it was begun with: revoked, it ends the session
    table.bigInteger('token_id').unsigned()
    // JSON: what an identity provider said; asked again what role it means, at each request
    table.text('identity')
    time(table, 'created_at').notNullable()
    time(table, 'seen_at').notNullable()
    time(table, 'expires_at').notNullable()
    // of a link that nobody has used yet
    table.boolean('is_link').notNullable()
    table.unique(['hash'], { indexName: 'sessions_hash_unique' })
    table.index(['expires_at'], 'sessions_expires_index')
    table
      .foreign('token_id', 'sessions_token_fk')
      .references('id')
      .inTable('tokens')
      .onDelete('RESTRICT')
      .onUpdate('RESTRICT')
    table.check("role in ('viewer', 'curator', 'admin')", [], 'sessions_role_check')
    table.check("how in ('session', 'oidc', 'link')", [], 'sessions_how_check')
  })
}

/** @param {import('knex').Knex} knex */
export async function down(knex) {
  await knex.schema.dropTable('sessions')
}
