// A bare workerd, without Miniflare: what is left between starting it and its first answer is the Worker's own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';

import { built } from '../../scripts/lib/checkout.mjs';

const WORKERD = createRequire(import.meta.url)('workerd').default;

const text = JSON.stringify;

/** A Worker that does nothing, in JavaScript: the floor. */
export const noop = () => ({
  modules: [`(name = "noop.js", esModule = ${text('export default { fetch() { return new Response("") } }')})`],
  bindings: [],
  namespaces: [],
});

/**
 * The Worker as it is built, with every binding of wrangler.toml. What is behind a database or a queue does not answer:
 * the request that is timed reaches none.
 */
export function ours(config, settings, folder) {
  const main = built(config.main);
  const embed = (path) => `embed ${text(relative(folder, path))}`;
  const wasm = join(dirname(main), 'index_bg.wasm');
  const bindings = Object.entries(settings).map(([name, value]) => `(name = ${text(name)}, text = ${text(value)})`);
  for (const { name, class_name: className } of config.durable_objects.bindings) {
    bindings.push(`(name = ${text(name)}, durableObjectNamespace = ${text(className)})`);
  }
  for (const { binding } of config.d1_databases) {
    const inner = 'innerBindings = [(name = "fetcher", service = "nothing")]';
    bindings.push(`(name = ${text(binding)}, wrapped = (moduleName = "cloudflare-internal:d1-api", ${inner}))`);
  }
  for (const { binding } of config.r2_buckets) {
    bindings.push(`(name = ${text(binding)}, r2Bucket = "nothing")`);
  }
  for (const { binding } of config.queues.producers) {
    bindings.push(`(name = ${text(binding)}, queue = "nothing")`);
  }
  bindings.push(`(name = ${text(config.assets.binding)}, service = "nothing")`);
  return {
    modules: [`(name = "index.js", esModule = ${embed(main)})`, `(name = "index_bg.wasm", wasm = ${embed(wasm)})`],
    bindings,
    namespaces: config.durable_objects.bindings.map(
      ({ class_name: name }) => `(className = ${text(name)}, uniqueKey = ${text(name)}, enableSql = true)`,
    ),
  };
}

const capnp = ({ modules, bindings, namespaces }, compatibilityDate) => `
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    (name = "nothing", worker = (
      modules = [(name = "nothing.js", esModule = "export default {}")],
      compatibilityDate = ${text(compatibilityDate)},
    )),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);

const worker :Workerd.Worker = (
  modules = [${modules.join(', ')}],
  bindings = [${bindings.join(', ')}],
  durableObjectNamespaces = [${namespaces.join(', ')}],
  durableObjectStorage = (inMemory = void),
  compatibilityDate = ${text(compatibilityDate)},
);
`;

/** A folder with the configuration of one Worker, to start workerd with again and again. */
export class Prepared {
  #folder = mkdtempSync(join(tmpdir(), 'fandesk-bench-'));

  constructor(describe, compatibilityDate) {
    writeFileSync(join(this.#folder, 'config.capnp'), capnp(describe(this.#folder), compatibilityDate));
  }

  /** Milliseconds from starting workerd to the end of its first answer, and that answer's status. */
  async firstAnswer(path) {
    const started = performance.now();
    const workerd = spawn(WORKERD, ['serve', '--experimental', '--control-fd=3', 'config.capnp'], {
      cwd: this.#folder,
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    });
    const exited = once(workerd, 'exit');
    try {
      const port = await Promise.race([listening(workerd.stdio[3]), exited.then(() => undefined)]);
      if (port === undefined) throw new Error('workerd ended before it listened');
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      await response.arrayBuffer();
      return { ms: performance.now() - started, status: response.status };
    } finally {
      workerd.kill('SIGKILL');
      await exited;
    }
  }

  dispose() {
    rmSync(this.#folder, { recursive: true });
  }
}

async function listening(control) {
  for await (const line of createInterface({ input: control })) {
    const message = JSON.parse(line);
    if (message.event === 'listen') return message.port;
  }
  return undefined;
}
