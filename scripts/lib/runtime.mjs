// A local workerd through the Miniflare API.

import { join } from 'node:path';

import { Log, LogLevel, Miniflare } from 'miniflare';

import { HOST } from './ports.mjs';
import { Refusal } from './refusal.mjs';

/** Where `wrangler dev --persist-to <stateDir>` keeps its state, too. */
export const persistencePath = (stateDir) => join(stateDir, 'v3');

const EMPTY = {
  mainModule: 'empty.mjs',
  modulesRoot: '/',
  modules: { 'empty.mjs': { type: 'esm', contents: 'export {}' } },
};

/** Miniflare's own remarks, apart from the Worker's. */
class RuntimeLog extends Log {
  constructor() {
    super(LogLevel.WARN);
  }

  log(message) {
    process.stderr.write(`workerd | ${message}\n`);
  }
}

function printWorkerLog({ level, message }) {
  const to = level === 'error' || level === 'warn' ? process.stderr : process.stdout;
  for (const line of message.trimEnd().split('\n')) to.write(`worker | ${line}\n`);
}

/**
 * Starts workerd with `workers`, the first of which answers on `port` itself: Miniflare's own entry, with its assets
 * router, request log and error pages, listens elsewhere and is left alone.
 */
export async function start(workers, { port, stateDir }) {
  const [first] = workers;
  const door = {
    config: { name: 'door', compatibilityDate: first.config.compatibilityDate, manifest: EMPTY },
    dev: { unsafeDirectSockets: port === undefined ? [] : [{ host: HOST, port, serviceName: first.config.name }] },
  };
  const miniflare = withoutItsSignals(
    () =>
      new Miniflare({
        host: HOST,
        // What else would look for other sessions on this machine, and ask the network where it is.
        enableDevRegistry: false,
        cf: false,
        log: new RuntimeLog(),
        handleStructuredLogs: printWorkerLog,
        resourcePersistencePath: stateDir && persistencePath(stateDir),
        workers: [...workers, door],
      }),
  );
  try {
    await miniflare.ready;
  } catch (error) {
    await miniflare.dispose().catch(() => {});
    throw new Refusal(`workerd did not start: ${error.message}`);
  }
  return miniflare;
}

/**
 * Miniflare ends the whole process on a signal, before anything else has ended and with a code of its own. A launcher
 * has its own way (see launch.mjs), so the listeners that `make` adds are taken away again.
 */
function withoutItsSignals(make) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const before = new Set(signals.flatMap((signal) => process.listeners(signal)));
  const made = make();
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) {
      if (!before.has(listener)) process.removeListener(signal, listener);
    }
  }
  return made;
}

/** A workerd with nothing but `databases`, to look after them before the Worker does. */
export function startDatabasesOnly(config, databases, { stateDir }) {
  const env = Object.fromEntries(databases.map(({ binding, id }) => [binding, { type: 'd1', id }]));
  const { compatibility_date: compatibilityDate } = config;
  return start([{ config: { name: 'databases', compatibilityDate, manifest: EMPTY, env } }], { stateDir });
}
