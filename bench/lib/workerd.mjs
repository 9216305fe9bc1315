// A bare workerd, without Miniflare: what is measured is the Worker's own.

import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';

import { built } from '../../scripts/lib/checkout.mjs';
import { HOST } from '../../scripts/lib/ports.mjs';
import { Refusal } from '../../scripts/lib/refusal.mjs';
import { removeFolder, temporaryFolder } from './leftovers.mjs';
import { Server } from './process.mjs';

const WORKERD = createRequire(import.meta.url)('workerd').default;

const text = JSON.stringify;

/** A module of JavaScript in a file. */
export const javascript = (path) => ({ name: basename(path), kind: 'esModule', path });

const module = (folder) => (module) => {
  const { name, kind, path, source } = module;
  // workerd takes paths relative to its configuration only.
  const value = path === undefined ? text(source) : `embed ${text(relative(folder, path))}`;
  return `(name = ${text(name)}, ${kind} = ${value})`;
};

/** A variable of a Worker. */
export const variable = ([name, value]) => `(name = ${text(name)}, text = ${text(value)})`;

/** A class of Durable Objects with SQLite, and its binding. */
export const objects = (name, className) => ({
  binding: `(name = ${text(name)}, durableObjectNamespace = ${text(className)})`,
  namespace: `(className = ${text(className)}, uniqueKey = ${text(className)}, enableSql = true)`,
});

/** A Worker that does nothing, in JavaScript: the floor. */
export const noop = () => ({
  modules: [{ name: 'noop.js', kind: 'esModule', source: 'export default { fetch() { return new Response("") } }' }],
});

/**
 * The Worker as it is built, with every binding of wrangler.toml. `databases` has the address of each D1 database by its
 * binding; without it, and behind the queue, nothing answers.
 */
export function ours(config, settings, databases = {}) {
  const main = built(config.main);
  const wasm = join(dirname(main), 'index_bg.wasm');
  const kept = config.durable_objects.bindings.map(({ name, class_name: className }) => objects(name, className));
  const d1 = config.d1_databases.map(({ binding }) => {
    const service = databases[binding] === undefined ? 'nothing' : binding;
    const inner = `innerBindings = [(name = "fetcher", service = ${text(service)})]`;
    return `(name = ${text(binding)}, wrapped = (moduleName = "cloudflare-internal:d1-api", ${inner}))`;
  });
  return {
    modules: [javascript(main), { name: basename(wasm), kind: 'wasm', path: wasm }],
    bindings: [
      ...Object.entries(settings).map(variable),
      ...kept.map(({ binding }) => binding),
      ...d1,
      ...config.r2_buckets.map(({ binding }) => `(name = ${text(binding)}, r2Bucket = "nothing")`),
      ...config.queues.producers.map(({ binding }) => `(name = ${text(binding)}, queue = "nothing")`),
      `(name = ${text(config.assets.binding)}, service = "nothing")`,
    ],
    namespaces: kept.map(({ namespace }) => namespace),
    services: Object.entries(databases).map(
      ([name, address]) => `(name = ${text(name)}, external = (address = ${text(address)}, http = ()))`,
    ),
  };
}

/** D1 itself, as workerd brings it along. Each database has a socket of its own, called by its name. */
export const d1 = (names) => {
  const { binding, namespace } = objects('DATABASE', 'D1Database');
  return {
    modules: [{ name: 'd1.js', kind: 'bundled', source: '/workerd/d1.js' }],
    bindings: [binding],
    namespaces: [namespace],
    sockets: names.map((name) => ({ name, props: { database: name } })),
  };
};

const socket = ({ name, props }) => {
  const given = props === undefined ? '' : `, props = (json = ${text(text(props))})`;
  return `(name = ${text(name)}, address = "${HOST}:0", http = (), service = (name = "worker"${given}))`;
};

const capnp = (
  { modules, bindings = [], namespaces = [], flags = [], services = [], sockets = [{ name: 'http' }] },
  { folder, compatibilityDate, storage },
) => `
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    (name = "nothing", worker = (
      modules = [(name = "nothing.js", esModule = "export default {}")],
      compatibilityDate = ${text(compatibilityDate)},
    )),
    (name = "disk", disk = (path = "state", writable = true)),
    ${services.join(', ')}
  ],
  sockets = [${sockets.map(socket).join(', ')}],
);

const worker :Workerd.Worker = (
  modules = [${modules.map(module(folder)).join(', ')}],
  bindings = [${bindings.join(', ')}],
  durableObjectNamespaces = [${namespaces.join(', ')}],
  durableObjectStorage = (${storage}),
  compatibilityDate = ${text(compatibilityDate)},
  compatibilityFlags = [${flags.map(text).join(', ')}],
);
`;

/** Where the objects of a Worker keep what they write. */
export const STORAGE = { memory: 'inMemory = void', disk: 'localDisk = "disk"' };

/** A folder with the configuration of one Worker, to start workerd with again and again. */
export class Prepared {
  #folder = temporaryFolder();
  #sockets;

  constructor(description, compatibilityDate, storage = STORAGE.memory) {
    mkdirSync(join(this.#folder, 'state'));
    writeFileSync(
      join(this.#folder, 'config.capnp'),
      capnp(description, { folder: this.#folder, compatibilityDate, storage }),
    );
    this.#sockets = description.sockets?.length ?? 1;
  }

  /** Starts workerd: its process, and the address of each socket by its name. */
  async start() {
    const server = new Server(WORKERD, ['serve', '--experimental', '--control-fd=3', 'config.capnp'], {
      cwd: this.#folder,
      stdio: ['ignore', 2, 2, 'pipe'],
    });
    const addresses = await Promise.race([this.#listening(server.stream(3)), server.exited.then(() => undefined)]);
    if (addresses !== undefined) return { server, addresses };
    throw new Refusal('workerd ended before it listened');
  }

  async #listening(control) {
    const addresses = {};
    for await (const line of createInterface({ input: control })) {
      const { event, socket: name, port } = JSON.parse(line);
      if (event === 'listen') addresses[name] = `${HOST}:${port}`;
      if (Object.keys(addresses).length === this.#sockets) return addresses;
    }
    return undefined;
  }

  /** Milliseconds from starting workerd to the end of its first answer, and that answer's status. */
  async firstAnswer(path) {
    const started = performance.now();
    const { server, addresses } = await this.start();
    try {
      const response = await fetch(`http://${addresses.http}${path}`);
      await response.arrayBuffer();
      return { ms: performance.now() - started, status: response.status };
    } finally {
      await server.end();
    }
  }

  dispose() {
    removeFolder(this.#folder);
  }
}
