// What each path of the account answers: the method, the path behind the account, and what is done there, with the account as `this`.

import { DatabaseSync } from 'node:sqlite';

/** Cloudflare's codes. */
const NO_SUCH_WORKER = 10007;
const NO_SUCH_BUCKET = 10006;

const page = (items) => ({
  result_info: { page: 1, per_page: 100, count: items.length, total_count: items.length, total_pages: 1 },
});
const list = (ok, items) => ok(items, page(items));

export const ROUTES = [
  ['GET', /^\/user\/tokens\/verify$/, ({ ok }) => ok({ id: 't', status: 'active' })],
  ['GET', /^\/user$/, ({ ok }) => ok({ id: 'u', email: 'operator@example.com' })],
  [
    'GET',
    /^\/accounts$/,
    function ({ ok }) {
      list(ok, this.accounts);
    },
  ],
  [
    'GET',
    /^\/memberships$/,
    function ({ ok }) {
      list(
        ok,
        this.accounts.map((account) => ({ id: account.id, account, roles: [] })),
      );
    },
  ],

  [
    'GET',
    /^\/d1\/database$/,
    function ({ ok, url }) {
      const name = url.searchParams.get('name');
      const found = [...this.databases.values()].filter((one) => !name || one.name === name);
      list(ok, Number(url.searchParams.get('page') ?? 1) > 1 ? [] : found.map(described));
    },
  ],
  [
    'POST',
    /^\/d1\/database$/,
    function ({ ok, body }) {
      const { name } = JSON.parse(body);
      const uuid = `d1000000-0000-4000-8000-${String(this.databases.size + 1).padStart(12, '0')}`;
      this.databases.set(name, { name, uuid, sqlite: new DatabaseSync(':memory:') });
      ok(described(this.database(name)));
    },
  ],
  [
    'GET',
    /^\/d1\/database\/([^/]+)$/,
    function ({ ok, no, found: [id] }) {
      const found = this.database(id);
      return found ? ok(described(found)) : no(404, 7404, 'The database does not exist');
    },
  ],
  [
    'POST',
    /^\/d1\/database\/([^/]+)\/query$/,
    function ({ ok, no, body, found: [id] }) {
      const { sql, params = [] } = JSON.parse(body);
      const { sqlite } = this.database(id);
      try {
        ok([{ success: true, meta: { duration: 1 }, results: query(sqlite, sql, params) }]);
      } catch (error) {
        no(400, 7500, error.message);
      }
    },
  ],

  [
    'GET',
    /^\/r2\/buckets\/([^/]+)$/,
    function ({ ok, no, found: [name] }) {
      return this.buckets.has(name)
        ? ok({ name, creation_date: '2026-01-01T00:00:00Z', location: 'APAC', storage_class: 'Standard' })
        : no(404, NO_SUCH_BUCKET, 'The specified bucket does not exist.');
    },
  ],
  [
    'GET',
    /^\/r2\/buckets$/,
    function ({ ok }) {
      ok({ buckets: [...this.buckets].map((name) => ({ name, creation_date: '2026-01-01T00:00:00Z' })) });
    },
  ],
  [
    'POST',
    /^\/r2\/buckets$/,
    function ({ ok, body }) {
      const { name } = JSON.parse(body);
      this.buckets.add(name);
      ok({ name });
    },
  ],

  [
    'GET',
    /^\/queues$/,
    function ({ ok, url }) {
      const name = url.searchParams.get('name');
      list(
        ok,
        [...this.queues.values()].filter((queue) => !name || queue.queue_name === name),
      );
    },
  ],
  [
    'POST',
    /^\/queues$/,
    function ({ ok, body }) {
      const { queue_name: name } = JSON.parse(body);
      this.queues.set(name, {
        queue_name: name,
        queue_id: `q-${name}`,
        producers: [],
        consumers: [],
        producers_total_count: 0,
        consumers_total_count: 0,
        created_on: '2026-01-01',
        modified_on: '2026-01-01',
      });
      ok(this.queues.get(name));
    },
  ],
  [
    'GET',
    /^\/queues\/([^/]+)\/consumers$/,
    function ({ ok, found: [id] }) {
      list(ok, this.queues.get(id.slice(2)).consumers);
    },
  ],
  [
    'POST',
    /^\/queues\/([^/]+)\/consumers$/,
    function ({ ok, body, found: [id] }) {
      const consumer = { consumer_id: 'c1', type: 'worker', ...JSON.parse(body), script: JSON.parse(body).script_name };
      this.queues.get(id.slice(2)).consumers.push(consumer);
      ok(consumer);
    },
  ],
  ['PUT', /^\/queues\/([^/]+)\/consumers\/[^/]+$/, ({ ok }) => ok({})],

  [
    'GET',
    /^\/workers\/services\/([^/]+)$/,
    function ({ ok, no }) {
      return this.versions.length > 0
        ? ok({
            id: 'fandesk',
            default_environment: {
              environment: 'production',
              script: {
                id: 'fandesk',
                tag: 'tag',
                tags: null,
                last_deployed_from: 'wrangler',
                migration_tag: this.migrationTag,
                placement_mode: null,
              },
            },
            environments: [{ environment: 'production' }],
          })
        : no(404, NO_SUCH_WORKER, 'This Worker does not exist on your account.');
    },
  ],
  [
    'GET',
    /^\/workers\/scripts\/[^/]+\/secrets$/,
    function ({ ok, no }) {
      return this.versions.length > 0
        ? ok([...this.secrets.keys()].map((name) => ({ name, type: 'secret_text' })))
        : no(404, NO_SUCH_WORKER, 'This Worker does not exist on your account.');
    },
  ],
  ['POST', /^\/workers\/scripts\/[^/]+\/assets-upload-session$/, ({ ok }) => ok({ jwt: 'assets', buckets: [] })],
  [
    'PUT',
    /^\/workers\/scripts\/([^/]+)$/,
    async function (call) {
      const version = await this.upload(call);
      this.deploy([{ version_id: version.id, percentage: 100 }], {});
      call.ok({
        id: 'fandesk',
        tag: 'tag',
        deployment_id: version.id,
        startup_time_ms: 9,
        has_assets: true,
        has_modules: true,
        pipeline_hash: 'p',
        available_on_subdomain: true,
      });
    },
  ],
  [
    'POST',
    /^\/workers\/scripts\/([^/]+)\/versions$/,
    async function (call) {
      call.ok(await this.upload(call));
    },
  ],
  [
    'GET',
    /^\/workers\/scripts\/[^/]+\/versions$/,
    function ({ ok }) {
      ok({ items: [...this.versions].reverse().slice(0, 10) });
    },
  ],
  [
    'GET',
    /^\/workers\/scripts\/[^/]+\/versions\/([^/]+)$/,
    function ({ ok, no, found: [id] }) {
      const version = this.versions.find((one) => one.id === id);
      return version ? ok(version) : no(404, 10129, 'The requested version could not be found.');
    },
  ],
  [
    'GET',
    /^\/workers\/scripts\/[^/]+\/deployments$/,
    function ({ ok, no }) {
      return this.versions.length > 0
        ? ok({ deployments: [...this.deployments].reverse() })
        : no(404, NO_SUCH_WORKER, 'This Worker does not exist on your account.');
    },
  ],
  [
    'POST',
    /^\/workers\/scripts\/[^/]+\/deployments$/,
    function ({ ok, body }) {
      const { versions, annotations } = JSON.parse(body);
      ok(this.deploy(versions, annotations));
    },
  ],
  [
    'GET',
    /^\/workers\/scripts\/[^/]+\/settings$/,
    function ({ ok, no }) {
      return this.versions.length > 0
        ? ok({ bindings: this.versions.at(-1).resources.bindings, tags: [], logpush: false })
        : no(404, NO_SUCH_WORKER, 'This Worker does not exist on your account.');
    },
  ],
  [
    'GET',
    /^\/workers\/workers\/([^/]+)$/,
    ({ ok, found: [name] }) =>
      ok({ id: 'w1', name, subdomain: { enabled: true, previews_enabled: true }, references: { queues: [] } }),
  ],
  // The size of a bucket, which it does not have.
  ['POST', /^\/graphql$/, ({ ok }) => ok({})],
  ['PATCH', /^\/workers\/scripts\/[^/]+\/script-settings$/, ({ ok }) => ok({})],
  [
    'PUT',
    /^\/workers\/scripts\/[^/]+\/domains\/records$/,
    function ({ ok, body }) {
      this.domains = JSON.parse(body).origins.map(({ hostname }) => hostname);
      ok([]);
    },
  ],
  [
    'POST',
    /^\/workers\/scripts\/[^/]+\/domains\/changeset$/,
    ({ ok }) => ok({ added: [], removed: [], updated: [], conflicting: [] }),
  ],
  ['GET', /^\/workers\/subdomain$/, ({ ok }) => ok({ subdomain: 'acme' })],
  ['GET', /^\/workers\/scripts\/[^/]+\/subdomain$/, ({ ok }) => ok({ enabled: true, previews_enabled: true })],
  ['POST', /^\/workers\/scripts\/[^/]+\/subdomain$/, ({ ok }) => ok({ enabled: true, previews_enabled: true })],
  ['PUT', /^\/workers\/scripts\/[^/]+\/schedules$/, ({ ok, body }) => ok({ schedules: JSON.parse(body) })],
  ['GET', /^\/workers\/scripts\/[^/]+\/schedules$/, ({ ok }) => ok({ schedules: [] })],
];

const described = ({ name, uuid }) => ({ name, uuid, version: 'production', created_at: '2026-01-01T00:00:00Z' });

/** Statements as D1 runs them; the rows of the last one. */
function query(sqlite, sql, params) {
  if (params.length > 0 || /^\s*SELECT/i.test(sql)) return sqlite.prepare(sql).all(...params);
  sqlite.exec(sql);
  return [];
}
