/** How is a table made alike on MySQL, MariaDB and SQLite? */

/** @param {import('knex').Knex} knex */
export function isMysql(knex) {
  return knex.client.dialect === 'mysql'
}

/**
 * InnoDB for row locks and foreign keys. Collation `bin`, because SQLite compares byte by byte too, and because file names
 * and ids that differ in case are different.
 * @param {import('knex').Knex} knex
 * @param {string} name
 * @param {(table: import('knex').Knex.CreateTableBuilder) => void} build
 */
export async function createTable(knex, name, build) {
  await knex.schema.createTable(name, (table) => {
    if (isMysql(knex)) {
      table.engine('InnoDB')
      table.charset('utf8mb4')
      table.collate('utf8mb4_bin')
    }
    build(table)
  })
}

/**
 * A time in UTC by the database's clock.
 * @param {import('knex').Knex.CreateTableBuilder} table
 * @param {string} name
 */
export function time(table, name) {
  return table.datetime(name, { precision: 6, useTz: false })
}
