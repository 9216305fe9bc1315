import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { migrationsIn } from '../lib/migrations.mjs';
import { Refusal } from '../lib/refusal.mjs';
import { databases, readConfig } from '../lib/worker.mjs';

function inFolder(files, check) {
  const folder = mkdtempSync(join(tmpdir(), 'fandesk-worker-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return check(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('wrangler.toml is understood, every table of it', () => {
  const config = readConfig();
  assert.equal(config.name, 'fandesk');
  // Free of any account's identifiers, so databases are called by their bindings.
  for (const { binding, id } of databases(config)) assert.equal(id, binding);
});

test('every class of a Durable Object is in a migration', () => {
  const config = readConfig();
  const migrated = config.migrations.flatMap((migration) => migration.new_sqlite_classes ?? []);
  for (const { class_name: name } of config.durable_objects.bindings) assert.ok(migrated.includes(name), name);
});

test('every queue that is written to has a consumer', () => {
  const config = readConfig();
  const consumed = config.queues.consumers.map(({ queue }) => queue);
  for (const { queue } of config.queues.producers) assert.ok(consumed.includes(queue), queue);
});

test('a table that a local run would leave out is refused', () =>
  inFolder({ 'wrangler.toml': 'name = "x"\n[[hyperdrive]]\nbinding = "H"\n' }, (folder) => {
    assert.throws(() => readConfig(join(folder, 'wrangler.toml')), /does not know how to run \[hyperdrive\] locally/);
  }));

test('a mistake in wrangler.toml is one line', () =>
  inFolder({ 'wrangler.toml': 'name = \n' }, (folder) => {
    assert.throws(
      () => readConfig(join(folder, 'wrangler.toml')),
      (error) => error instanceof Refusal && !error.message.includes('\n'),
    );
  }));

test('migrations are in the order of their numbers', () =>
  inFolder({ '0002_b.sql': '', '0010_c.sql': '', '0001_a.sql': '', 'notes.md': '' }, (folder) => {
    assert.deepEqual(migrationsIn(folder), ['0001_a.sql', '0002_b.sql', '0010_c.sql']);
  }));

test('a migration without a number is refused', () =>
  inFolder({ '0001_a.sql': '', 'later.sql': '' }, (folder) => {
    assert.throws(() => migrationsIn(folder), Refusal);
  }));

test('a database without migrations needs none', () => {
  assert.deepEqual(migrationsIn(undefined), []);
  assert.deepEqual(migrationsIn('/nonexistent'), []);
});
