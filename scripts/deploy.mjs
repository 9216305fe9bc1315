// `make deploy`: what wrangler.toml describes, into the account that wrangler is logged in to.
//
// Databases, bucket and queues come first, made if they are not there, and databases are brought up to date before the Worker is replaced,
// so that no version of it ever meets a table that it does not know of; migrations only add, so the old version does not mind.
// Each step looks at what is there, so a deploy that failed half-way is simply run again. Wrangler is never asked to write identifiers
// into wrangler.toml: it finds databases, buckets and queues by their names.
//
// Secrets travel with the Worker in one request: there is no moment at which one is there without the other.

import './lib/node.mjs';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { inCheckout, ROOT } from './lib/checkout.mjs';
import { Refusal, report } from './lib/refusal.mjs';
import { atTerminal, gather } from './lib/secrets.mjs';
import { readConfig } from './lib/worker.mjs';
import { Failed, IN_PATH, Wrangler } from './lib/wrangler.mjs';

const { CONFIG, DOMAIN, DRY_RUN } = process.env;
const config = CONFIG ? resolve(ROOT, CONFIG) : inCheckout('wrangler.toml');
const secretsFile = resolve(ROOT, process.env.DEPLOY_SECRETS || '.deploy.vars');
const wrangler = new Wrangler(config);

const say = (text) => process.stdout.write(`${text}\n`);

async function checkAccount() {
  let account;
  try {
    account = await wrangler.json(['whoami', '--json']);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    // Not logged in is a failure too, told as JSON.
    if (!/"loggedIn":\s*false/.test(error.text)) throw error;
  }
  if (account?.loggedIn !== true) {
    throw new Refusal(
      process.env.CLOUDFLARE_API_TOKEN
        ? 'CLOUDFLARE_API_TOKEN is wrong or has expired; make one in the dashboard under My Profile → API Tokens'
        : `not logged in to Cloudflare: run '${IN_PATH} wrangler login', or set CLOUDFLARE_API_TOKEN`,
    );
  }
  const accounts = account.accounts ?? [];
  if (accounts.length > 1 && !process.env.CLOUDFLARE_ACCOUNT_ID) {
    const names = accounts.map(({ id, name }) => `\n  CLOUDFLARE_ACCOUNT_ID=${id}  # ${name}`);
    throw new Refusal(`the login has several accounts: say which one${names.join('')}`);
  }
}

async function makeDatabases(databases) {
  const existing = new Set((await wrangler.json(['d1', 'list', '--json'])).map(({ name }) => name));
  for (const { database_name: name } of databases) {
    if (!existing.has(name)) await make('database', name, ['d1', 'create', name, '--update-config=false']);
  }
}

async function makeBuckets(buckets) {
  for (const { bucket_name: name } of buckets) {
    const there = await exists(['r2', 'bucket', 'info', name, '--json']);
    if (!there) await make('bucket', name, ['r2', 'bucket', 'create', name, '--update-config=false']);
  }
}

async function makeQueues({ producers = [], consumers = [] }) {
  const names = [...producers, ...consumers].flatMap(({ queue, dead_letter_queue: dead }) => [queue, dead]);
  for (const name of new Set(names.filter(Boolean))) {
    if (!(await exists(['queues', 'info', name]))) await make('queue', name, ['queues', 'create', name]);
  }
}

/** Wrangler would say how to write it into wrangler.toml, which is not wanted here. */
async function make(what, name, args) {
  await wrangler.text(args);
  say(`made the ${what} ${name}`);
}

async function exists(args) {
  try {
    await wrangler.text(args);
    return true;
  } catch (error) {
    if (error instanceof Failed && error.isMissing) return false;
    throw error;
  }
}

/** The names of the secrets that the Worker has; none when there is no Worker yet. */
async function presentSecrets() {
  try {
    return new Set((await wrangler.json(['secret', 'list', '--format=json'])).map(({ name }) => name));
  } catch (error) {
    if (error instanceof Failed && error.isMissing) return new Set();
    throw error;
  }
}

/** What this is, to be read in the list of versions when one has to step back. */
function release() {
  try {
    const git = (...args) =>
      execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return [
      `${git('rev-parse', '--short=12', 'HEAD').trim()}${changed ? '-changed' : ''}`,
      git('log', '-1', '--format=%s').trim(),
    ];
  } catch {
    return ['unknown', 'not from a git checkout'];
  }
}

/** Uploads the Worker with `secrets`, and returns what wrangler says of it. */
async function upload(secrets) {
  const folder = mkdtempSync(join(tmpdir(), 'fandesk-deploy-'));
  try {
    const [outputs, values] = [join(folder, 'outputs'), join(folder, 'secrets.json')];
    const [tag, message] = release();
    // Settings that were made in the dashboard stay: FANDESK_SHARDS gone for a moment would move fans.
    const args = ['deploy', '--keep-vars', '--tag', tag, '--message', message.slice(0, 100)];
    if (DOMAIN) args.push('--domain', DOMAIN);
    if (Object.keys(secrets).length > 0) {
      writeFileSync(values, JSON.stringify(secrets), { mode: 0o600 });
      args.push('--secrets-file', values);
    }
    await wrangler.run(args, { WRANGLER_OUTPUT_FILE_PATH: outputs });
    const lines = existsSync(outputs) ? readFileSync(outputs, 'utf8').trim().split('\n') : [];
    return lines.map((line) => JSON.parse(line)).find(({ type }) => type === 'deploy') ?? {};
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sayWhatIsNext({ targets = [] }, missing, made) {
  // Schedules and queues are targets too. A custom domain has a remark behind it.
  const urls = targets.map((target) => target.split(' ')[0].replace(/^https?:\/\//, ''));
  const hosts = urls.filter((host) => host.includes('.') && !host.includes(':'));
  const host = hosts.find((one) => !one.endsWith('.workers.dev')) ?? hosts[0];
  if (made.length > 0) say(`\nMade up and put: ${made.join(', ')}. They are in ${secretsFile}: keep that file safe.`);
  if (missing.length > 0) {
    say('\nThe Worker is deployed. These secrets are not there; each is put with a command of its own:');
    say(`  export ${IN_PATH}`);
    for (const { name, what, needed } of missing) {
      say(`  wrangler secret put ${name.padEnd(20)}  # ${what}${needed ? ' (needed)' : ''}`);
    }
  }
  if (host === undefined) return;
  const origin = `https://${host}`;
  say(`\nServer URL for WeChat 服务器地址(URL): ${origin}/wechat`);
  if (host.endsWith('.workers.dev'))
    say(
      '  *.workers.dev is not reachable from mainland China: DOMAIN=desk.example.com make deploy (docs/operations.md)',
    );
  say(`See that it answers: make probe URL=${origin}     Step back: make rollback`);
}

async function deploy() {
  if (DRY_RUN && DRY_RUN !== '0') {
    await wrangler.run(['deploy', '--dry-run']);
    return;
  }
  await checkAccount();
  const { d1_databases: databases = [], r2_buckets: buckets = [], queues = {} } = readConfig(config);
  const { values, missing, made } = await gather({
    present: await presentSecrets(),
    environment: process.env,
    file: secretsFile,
    ask: process.stdin.isTTY && process.stdout.isTTY ? atTerminal(process.stdin, process.stdout) : undefined,
  });
  await makeDatabases(databases);
  await makeBuckets(buckets);
  await makeQueues(queues);
  for (const { binding } of databases) await wrangler.run(['d1', 'migrations', 'apply', binding, '--remote']);
  const deployed = await upload(values);
  sayWhatIsNext(deployed, missing, made);
}

try {
  await deploy();
} catch (error) {
  report(error);
  process.exitCode = 1;
}
