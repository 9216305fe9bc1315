// D1 migrations of a local run, applied before the Worker starts, in the order and with the bookkeeping of
// `wrangler d1 migrations apply`, so that each sees what the other did.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { Refusal } from './refusal.mjs';
import { startDatabasesOnly } from './runtime.mjs';
import { databases } from './worker.mjs';

// The table as wrangler makes it.
const BOOKKEEPING = `CREATE TABLE IF NOT EXISTS "d1_migrations"(
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

/** Migrations of a folder, in order: files called `0001_what_it_does.sql`. */
export function migrationsIn(folder) {
  if (folder === undefined || !existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  const number = (name) => {
    const [, digits] = /^(\d+)_/.exec(name) ?? [];
    if (digits === undefined) throw new Refusal(`${join(folder, name)}: a migration is called NNNN_what_it_does.sql`);
    return Number(digits);
  };
  return names.sort((one, other) => number(one) - number(other) || one.localeCompare(other));
}

/** Brings every local database up to date. */
export async function migrate(config, stateDir) {
  const wanted = databases(config).filter(({ migrations }) => migrationsIn(migrations).length > 0);
  if (wanted.length === 0) return;
  const miniflare = await startDatabasesOnly(config, wanted, { stateDir });
  try {
    for (const { binding, migrations } of wanted) {
      await migrateOne(await miniflare.getD1Database(binding), binding, migrations);
    }
  } finally {
    await miniflare.dispose();
  }
}

async function migrateOne(database, binding, folder) {
  await database.prepare(BOOKKEEPING).run();
  const { results } = await database.prepare('SELECT name FROM d1_migrations').all();
  const applied = new Set(results.map(({ name }) => name));
  for (const name of migrationsIn(folder).filter((name) => !applied.has(name))) {
    const record = database.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name);
    try {
      // One batch is one transaction: a migration that fails leaves nothing behind, and is tried again.
      await database.batch([database.prepare(readFileSync(join(folder, name), 'utf8')), record]);
    } catch (error) {
      throw new Refusal(`${join(folder, name)}: ${error.cause?.message ?? error.message}`);
    }
    process.stdout.write(`${binding}: applied ${name}\n`);
  }
}
