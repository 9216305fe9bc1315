// `make deploy`: what wrangler.toml describes, into the account that wrangler is logged in to.
//
// Databases come first, made if they are not there, and are brought up to date before the Worker is replaced, so that no
// version of it ever meets a table that it does not know of; migrations only add, so the old version does not mind.
// Wrangler is never asked to write identifiers into wrangler.toml: it finds databases, buckets and queues by their names.

import './lib/node.mjs';
import { execFile, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

import { ROOT } from './lib/checkout.mjs';
import { Refusal, report } from './lib/refusal.mjs';
import { readConfig } from './lib/worker.mjs';

const WRANGLER = ['--no-warnings', createRequire(import.meta.url).resolve('wrangler')];

/** What the Worker wants to be told in secret, with what it is for. The first ones it cannot do without. */
const SECRETS = [
  ['WECHAT_APP_ID', 'the account’s AppID'],
  ['WECHAT_TOKEN', 'the token under “server configuration”, which signs callbacks'],
  ['WECHAT_AES_KEY', 'the EncodingAESKey there, 43 characters (leave it out for plain mode)'],
  ['WECHAT_APP_SECRET', 'the AppSecret, for everything but passive replies'],
  ['FANDESK_ADMIN_TOKEN', 'bearer token for automation, full rights: a long random string'],
  ['FANDESK_SESSION_KEY', 'signs console sessions: 64 random hex digits'],
  ['FANDESK_DATA_KEY', 'encrypts what is kept: 64 random hex digits'],
];

/** How someone at a shell reaches the pinned wrangler and the Node that it wants. */
const IN_PATH = 'PATH="$PWD/node_modules/.bin:$PATH"';

const options = { cwd: ROOT, env: { ...process.env, WRANGLER_SEND_METRICS: 'false' } };

/** Runs wrangler with its output shown, and no questions asked. */
function wrangler(...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...WRANGLER, ...args], {
      ...options,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Refusal(`wrangler ${args.slice(0, 3).join(' ')} failed`)),
    );
  });
}

/** What a wrangler command prints as JSON, or undefined when it fails. */
async function ask(...args) {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [...WRANGLER, ...args], options);
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}

async function makeDatabases(config) {
  const existing = await ask('d1', 'list', '--json');
  if (existing === undefined)
    throw new Refusal('the account’s databases cannot be listed: has the token the right to?');
  const names = new Set(existing.map(({ name }) => name));
  for (const { database_name: name } of config.d1_databases) {
    if (!names.has(name)) await wrangler('d1', 'create', name, '--update-config=false');
  }
}

async function makeBuckets(config) {
  for (const { bucket_name: name } of config.r2_buckets) {
    const exists = (await ask('r2', 'bucket', 'info', name, '--json')) !== undefined;
    if (!exists) await wrangler('r2', 'bucket', 'create', name, '--update-config=false');
  }
}

async function sayWhichSecretsAreMissing() {
  const present = new Set((await ask('secret', 'list', '--format=json'))?.map(({ name }) => name));
  const missing = SECRETS.filter(([name]) => !present.has(name));
  if (missing.length === 0) return;
  process.stdout.write('\nThe Worker is deployed. It still wants these secrets, each put with a command of its own:\n');
  process.stdout.write(`  export ${IN_PATH}\n`);
  for (const [name, purpose] of missing) {
    process.stdout.write(`  wrangler secret put ${name.padEnd(20)}  # ${purpose}\n`);
  }
}

async function deploy() {
  if (process.env.DRY_RUN && process.env.DRY_RUN !== '0') {
    await wrangler('deploy', '--dry-run');
    return;
  }
  const account = await ask('whoami', '--json');
  if (account?.loggedIn !== true) {
    throw new Refusal(`not logged in to Cloudflare: run '${IN_PATH} wrangler login', or set CLOUDFLARE_API_TOKEN`);
  }
  const config = readConfig();
  await makeDatabases(config);
  await makeBuckets(config);
  for (const { binding } of config.d1_databases) await wrangler('d1', 'migrations', 'apply', binding, '--remote');
  await wrangler('deploy');
  await sayWhichSecretsAreMissing();
}

try {
  await deploy();
} catch (error) {
  report(error);
  process.exitCode = 1;
}
