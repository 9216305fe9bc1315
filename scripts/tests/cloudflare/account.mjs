// A Cloudflare account that is not there: the part of Cloudflare's API that wrangler uses for a deploy, on 127.0.0.1.
//
// It is strict: what it does not know is 404 with the path noted in `unknown`, which a test wants to be empty; a token other than its own
// is refused as Cloudflare does. Databases are real SQLite, so migrations really run.

import { createServer } from 'node:http';

import { ROUTES } from './routes.mjs';

const ACCOUNT = 'a0c0000000000000000000000000fa4e';

/** Cloudflare's code for a token that it does not know. */
const WRONG_TOKEN = 9109;

export class FakeCloudflare {
  token = 'a-token-that-is-right';
  databases = new Map();
  buckets = new Set();
  queues = new Map();
  /** Versions of the Worker, oldest first, and which is in force since when. */
  versions = [];
  deployments = [];
  /** What wrangler said of each upload. */
  uploads = [];
  secrets = new Map();
  domains = [];
  /** `METHOD /path` of everything that changed something. */
  changes = [];
  unknown = [];
  /** Paths (a pattern) that are refused with this status as long as it is there. */
  fault;
  /** Accounts that the token may see. */
  accounts = [{ id: ACCOUNT, name: 'Acme' }];

  async start() {
    this.server = createServer((request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => this.#answer(request, Buffer.concat(chunks), response));
    });
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get environment() {
    return {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${this.server.address().port}`,
      CLOUDFLARE_API_TOKEN: this.token,
    };
  }

  stop() {
    for (const { sqlite } of this.databases.values()) sqlite.close();
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  #answer(request, body, response) {
    const url = new URL(request.url, 'http://cloudflare');
    const send = (status, document) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(document));
    };
    const ok = (result, rest = {}) => send(200, { success: true, errors: [], messages: [], result, ...rest });
    const no = (status, code, message) =>
      send(status, { success: false, errors: [{ code, message }], messages: [], result: null });
    if (request.headers.authorization !== `Bearer ${this.token}`) return no(403, WRONG_TOKEN, 'Invalid access token');
    const path = url.pathname.replace(`/accounts/${ACCOUNT}`, '');
    if (this.fault?.paths.test(`${request.method} ${path}`))
      return no(this.fault.status, this.fault.code, this.fault.message);
    for (const [method, pattern, does] of ROUTES) {
      const found = method === request.method && pattern.exec(path);
      if (!found) continue;
      if (method !== 'GET' && !path.endsWith('/query')) this.changes.push(`${method} ${path}`);
      return does.call(this, { ok, no, url, body, request, found: found.slice(1).map(decodeURIComponent) });
    }
    this.unknown.push(`${request.method} ${request.url}`);
    return no(404, 7000, `No route for ${request.url}`);
  }

  /** A new version of the Worker, with the secrets that come with it. */
  async upload({ body, request }) {
    const form = await new Response(body, { headers: { 'content-type': request.headers['content-type'] } }).formData();
    const metadata = JSON.parse(await form.get('metadata'));
    for (const { type, name, text } of metadata.bindings) if (type === 'secret_text') this.secrets.set(name, text);
    this.migrationTag = metadata.migrations?.new_tag ?? this.migrationTag;
    const id = `e0000000-0000-4000-8000-${String(this.versions.length + 1).padStart(12, '0')}`;
    const version = {
      id,
      number: this.versions.length + 1,
      metadata: { created_on: '2026-01-01T00:00:00Z', author_email: 'operator@example.com', source: 'wrangler' },
      annotations: metadata.annotations ?? {},
      resources: {
        bindings: metadata.bindings.filter(({ type }) => type !== 'inherit'),
        script: { etag: 'e', handlers: ['fetch'] },
        script_runtime: {},
      },
    };
    this.versions.push(version);
    this.uploads.push(metadata);
    return version;
  }

  deploy(versions, annotations) {
    const id = `de000000-0000-4000-8000-${String(this.deployments.length + 1).padStart(12, '0')}`;
    const deployment = {
      id,
      created_on: `2026-01-01T00:00:${String(this.deployments.length).padStart(2, '0')}Z`,
      source: 'wrangler',
      strategy: 'percentage',
      author_email: 'operator@example.com',
      annotations,
      versions,
    };
    this.deployments.push(deployment);
    return deployment;
  }

  database(id) {
    return [...this.databases.values()].find(({ uuid, name }) => uuid === id || name === id);
  }

  get inForce() {
    return this.deployments.at(-1);
  }
}
