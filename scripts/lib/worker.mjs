// What wrangler.toml says about the Worker, as Miniflare wants it.
//
// Local identities are those of `wrangler dev`, so that both launchers find the same state: a database is called by its
// id or, without one, its binding; an object by the Worker's and the class's name (Miniflare does that itself).

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { parse } from 'smol-toml';

import { built, inCheckout } from './checkout.mjs';
import { Refusal } from './refusal.mjs';

/** Tables that matter to a deployment only. */
const DEPLOYMENT_ONLY = new Set(['$schema', 'build', 'limits', 'observability', 'placement', 'routes', 'workers_dev']);

const UNDERSTOOD = new Set([
  'assets',
  'compatibility_date',
  'compatibility_flags',
  'd1_databases',
  'durable_objects',
  'kv_namespaces',
  'main',
  'migrations',
  'name',
  'queues',
  'r2_buckets',
  'triggers',
  'vars',
]);

/** Reads wrangler.toml, refusing what a local run would otherwise leave out in silence. */
export function readConfig(path = inCheckout('wrangler.toml')) {
  let config;
  try {
    config = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Refusal(`${path}: ${error.message.split('\n')[0]}`);
  }
  for (const key of Object.keys(config)) {
    if (!UNDERSTOOD.has(key) && !DEPLOYMENT_ONLY.has(key)) {
      throw new Refusal(`${path}: scripts/lib/worker.mjs does not know how to run [${key}] locally`);
    }
  }
  return config;
}

/** The databases: their binding, local id and folder of migrations. */
export function databases(config) {
  return (config.d1_databases ?? []).map((database) => ({
    binding: database.binding,
    id: database.preview_database_id ?? database.database_id ?? database.binding,
    migrations: database.migrations_dir === undefined ? undefined : inCheckout(database.migrations_dir),
  }));
}

/**
 * The Worker as `make build` left it, with every binding of wrangler.toml and `settings` as its variables. A module `around` it is
 * what the platform loads then: it lies beside the Worker's own, which it imports, and exports what that does.
 */
export function worker(config, settings, around) {
  return {
    config: {
      name: config.name,
      compatibilityDate: config.compatibility_date,
      compatibilityFlags: config.compatibility_flags,
      manifest: manifest(built(config.main), around),
      env: bindings(config, settings),
      exports: classes(config),
      triggers: triggers(config),
      assets: assets(config),
    },
  };
}

function manifest(main, around) {
  const root = dirname(main);
  const paths = around ? [around, main] : [main];
  const modules = Object.fromEntries(
    paths.map((path) => [basename(path), { type: 'esm', contents: readFileSync(path, 'utf8') }]),
  );
  for (const file of readdirSync(root).filter((name) => name.endsWith('.wasm'))) {
    modules[file] = { type: 'wasm', contents: new Uint8Array(readFileSync(join(root, file))) };
  }
  return { mainModule: basename(paths[0]), modulesRoot: root, modules };
}

function bindings(config, settings) {
  const env = {};
  for (const [name, value] of Object.entries({ ...config.vars, ...settings })) {
    env[name] = typeof value === 'string' ? { type: 'text', value } : { type: 'json', value };
  }
  for (const { name, class_name: exportName } of config.durable_objects?.bindings ?? []) {
    env[name] = { type: 'durable-object', worker: config.name, exportName };
  }
  for (const { binding, id } of databases(config)) env[binding] = { type: 'd1', id };
  for (const { binding, queue, delivery_delay: deliveryDelay } of config.queues?.producers ?? []) {
    env[binding] = { type: 'queue', name: queue, deliveryDelay };
  }
  for (const { binding, bucket_name: name } of config.r2_buckets ?? []) env[binding] = { type: 'r2', name };
  for (const { binding, id } of config.kv_namespaces ?? []) env[binding] = { type: 'kv', id: id ?? binding };
  if (config.assets?.binding) env[config.assets.binding] = { type: 'assets' };
  return env;
}

function classes(config) {
  const exported = {};
  for (const { tag, new_sqlite_classes: added, ...rest } of config.migrations ?? []) {
    const [unknown] = Object.keys(rest);
    if (unknown)
      throw new Refusal(`wrangler.toml: migration ${tag}: ${unknown} is not known to scripts/lib/worker.mjs`);
    for (const name of added ?? []) exported[name] = { type: 'durable-object', storage: 'sqlite' };
  }
  return exported;
}

function triggers(config) {
  const consumers = (config.queues?.consumers ?? []).map((consumer) => ({
    type: 'queue',
    name: consumer.queue,
    maxBatchSize: consumer.max_batch_size,
    maxBatchTimeout: consumer.max_batch_timeout,
    maxRetries: consumer.max_retries,
    retryDelay: consumer.retry_delay,
    deadLetterQueue: consumer.dead_letter_queue,
  }));
  const crons = (config.triggers?.crons ?? []).map((schedule) => ({ type: 'scheduled', schedule }));
  return [...consumers, ...crons];
}

function assets(config) {
  if (config.assets === undefined) return undefined;
  const directory = inCheckout(config.assets.directory);
  if (!existsSync(directory)) throw new Refusal(`${directory} is missing: run 'make build'`);
  return {
    directory,
    hasUserWorker: true,
    runWorkerFirst: config.assets.run_worker_first,
    htmlHandling: config.assets.html_handling,
    notFoundHandling: config.assets.not_found_handling,
  };
}
