// `make deploy` and `make rollback` against a Cloudflare that is not there (./cloudflare), with the real wrangler between.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';

import { inCheckout } from '../lib/checkout.mjs';
import { parseDevVars } from '../lib/settings.mjs';
import { FakeCloudflare } from './cloudflare/account.mjs';
import { FakeWorker } from './cloudflare/worker.mjs';

const GIVEN = {
  WECHAT_APP_ID: 'wx0123456789abcdef',
  WECHAT_TOKEN: 'theTokenOfTheAccount',
  WECHAT_AES_KEY: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  WECHAT_APP_SECRET: '0123456789abcdef0123456789abcdef',
  FANDESK_SECRET_ORDERS: 'what-the-business-system-wants',
};

/** An account and a Worker, gone when the test is over. */
async function fresh(t) {
  const cloudflare = await new FakeCloudflare().start();
  const worker = new FakeWorker();
  t.after(async () => {
    worker.remove();
    await cloudflare.stop();
    assert.deepEqual(cloudflare.unknown, [], 'wrangler asked for something that the fake does not know');
  });
  const run = (script, environment = {}) =>
    runScript(script, { ...cloudflare.environment, ...worker.environment, ...environment });
  return { cloudflare, worker, run, deploy: (environment) => run('deploy.mjs', environment) };
}

/** Runs a script to its end, without a terminal and without settings of the shell around it. */
function runScript(script, environment) {
  const clean = Object.entries(process.env).filter(([name]) => !/^(CLOUDFLARE_|WECHAT_|FANDESK_|CI$)/.test(name));
  const child = spawn(process.execPath, [inCheckout('scripts', script)], {
    env: { ...Object.fromEntries(clean), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, text })));
}

const tables = ({ sqlite }) => sqlite.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();

test('from nothing, over a failure half-way, to a Worker; a run after that makes nothing again and asks for nothing', async (t) => {
  const { cloudflare, worker, deploy } = await fresh(t);
  const { WECHAT_APP_SECRET: left, ...given } = GIVEN;
  const error = { status: 500, code: 10013, message: 'An unknown error has occurred.' };
  cloudflare.fault = { paths: /PUT \/workers\/scripts/, ...error };
  const failed = await deploy(given);
  assert.equal(failed.code, 1, failed.text);
  assert.match(failed.text, /fandesk: wrangler deploy failed/);
  assert.equal(cloudflare.secrets.size, 0);
  const file = readFileSync(worker.secretsFile, 'utf8');

  cloudflare.fault = undefined;
  const first = await deploy({ ...given, DOMAIN: 'desk.example.com' });
  assert.equal(first.code, 0, first.text);
  assert.deepEqual([...cloudflare.databases.keys()], ['fandesk', 'fandesk-ledger']);
  assert.deepEqual([...cloudflare.buckets], ['fandesk-archive']);
  assert.deepEqual([...cloudflare.queues.keys()], ['fandesk-jobs']);
  assert.equal(cloudflare.queues.get('fandesk-jobs').consumers.length, 1);
  for (const name of cloudflare.databases.keys()) {
    assert.ok(tables(cloudflare.databases.get(name)).length > 3, name);
  }
  assert.deepEqual(cloudflare.domains, ['desk.example.com']);
  assert.match(first.text, /服务器地址\(URL\): https:\/\/desk\.example\.com\/wechat\n/);
  assert.doesNotMatch(first.text, /not reachable from mainland China/);
  assert.match(first.text, /wrangler secret put WECHAT_APP_SECRET +# the AppSecret/);

  // What was made up before the failure is what Cloudflare has now.
  assert.equal(readFileSync(worker.secretsFile, 'utf8'), file);
  const made = parseDevVars(file, 'made');
  assert.deepEqual(Object.keys(made), ['FANDESK_ADMIN_TOKEN', 'FANDESK_SESSION_KEY', 'FANDESK_DATA_KEY']);
  assert.equal(statSync(worker.secretsFile).mode & 0o777, 0o600);
  assert.deepEqual(Object.fromEntries(cloudflare.secrets), { ...given, ...made });
  for (const value of cloudflare.secrets.values()) {
    assert.ok(!`${failed.text}${first.text}`.includes(value), 'a secret was printed');
  }

  cloudflare.changes = [];
  const second = await deploy({ WECHAT_APP_SECRET: left });
  assert.equal(second.code, 0, second.text);
  assert.deepEqual(Object.fromEntries(cloudflare.secrets), { ...GIVEN, ...made });
  const makes = cloudflare.changes.filter((change) => /d1\/database|r2\/buckets|POST \/queues$/.test(change));
  assert.deepEqual(makes, []);
  assert.match(second.text, /No migrations to apply/);
  assert.doesNotMatch(second.text, /Made up and put|secret put/);
  assert.match(second.text, /https:\/\/fandesk\.acme\.workers\.dev\/wechat[^]*not reachable from mainland China/);
  // What was set in the dashboard is kept, and so is the domain.
  assert.ok(cloudflare.uploads[1].keep_bindings.includes('plain_text'));
  assert.deepEqual(cloudflare.domains, ['desk.example.com']);

  await t.test('and a rollback brings the version before into force, once it is told to', async () => {
    const [before, now] = cloudflare.versions.map(({ id }) => id);
    const dry = await runScript('rollback.mjs', { ...cloudflare.environment, ...worker.environment });
    assert.equal(dry.code, 1, dry.text);
    assert.match(dry.text, new RegExp(`TO=${before}`));
    assert.equal(cloudflare.inForce.versions[0].version_id, now);
    const done = await runScript('rollback.mjs', { ...cloudflare.environment, ...worker.environment, TO: before });
    assert.equal(done.code, 0, done.text);
    assert.deepEqual(cloudflare.inForce.versions, [{ version_id: before, percentage: 100 }]);
  });

  await t.test('and a rollback to a version that is not there says so', async () => {
    const absent = 'e0000000-0000-4000-8000-999999999999';
    const { code, text } = await runScript('rollback.mjs', {
      ...cloudflare.environment,
      ...worker.environment,
      TO: absent,
    });
    assert.equal(code, 1, text);
    assert.match(text, /is not among the versions/);
  });
});

test('a malformed secret is refused before anything is made', async (t) => {
  const { cloudflare, deploy } = await fresh(t);
  const { code, text } = await deploy({ ...GIVEN, WECHAT_AES_KEY: 'too-short' });
  assert.equal(code, 1, text);
  assert.match(text, /WECHAT_AES_KEY in the environment is malformed: it has 43 letters and digits/);
  assert.doesNotMatch(text, /too-short/);
  assert.deepEqual(cloudflare.changes, []);
});

test('a wrong token is told in plain words', async (t) => {
  const { cloudflare, deploy } = await fresh(t);
  const { code, text } = await deploy({ CLOUDFLARE_API_TOKEN: 'wrong' });
  assert.equal(code, 1, text);
  assert.match(text, /fandesk: .*CLOUDFLARE_API_TOKEN is wrong or has expired/);
  assert.deepEqual(cloudflare.changes, []);
});

test('a token that lacks a right is told which it needs', async (t) => {
  const { cloudflare, deploy } = await fresh(t);
  cloudflare.fault = { paths: /GET \/d1/, status: 403, code: 10000, message: 'Authentication error' };
  const { code, text } = await deploy(GIVEN);
  assert.equal(code, 1, text);
  assert.match(text, /the token may not do that; it needs .*D1: Edit/);
});

test('an account without R2 is told where to switch it on, and keeps what was made', async (t) => {
  const { cloudflare, deploy } = await fresh(t);
  cloudflare.fault = {
    paths: /\/r2\//,
    status: 403,
    code: 10042,
    message: 'Please enable R2 through the Cloudflare Dashboard.',
  };
  const { code, text } = await deploy(GIVEN);
  assert.equal(code, 1, text);
  assert.match(text, /R2 is not switched on in this Cloudflare account/);
  assert.equal(cloudflare.databases.size, 2);
});

test('of several accounts, one has to be named', async (t) => {
  const { cloudflare, deploy } = await fresh(t);
  cloudflare.accounts.push({ id: 'b0b0000000000000000000000000fa4e', name: 'Other' });
  const { code, text } = await deploy(GIVEN);
  assert.equal(code, 1, text);
  assert.match(text, /several accounts: say which one\n  CLOUDFLARE_ACCOUNT_ID=a0c0.* # Acme\n/);
  assert.deepEqual(cloudflare.changes, []);
});

test('another account is added by its name, with secrets and an address of its own', async (t) => {
  const { cloudflare, deploy } = await fresh(t);
  assert.equal((await deploy(GIVEN)).code, 0);
  const added = {
    FANDESK_ACCOUNTS: 'school',
    WECHAT_APP_ID_SCHOOL: 'wxfedcba9876543210',
    WECHAT_TOKEN_SCHOOL: 'theTokenOfTheSchool',
  };
  const before = Object.fromEntries(cloudflare.secrets);
  const { code, text } = await deploy(added);
  assert.equal(code, 0, text);
  assert.deepEqual(Object.fromEntries(cloudflare.secrets), { ...before, ...added });
  assert.match(text, /of school: https:\/\/fandesk\.acme\.workers\.dev\/wechat\/school/);
  assert.match(text, /wrangler secret put WECHAT_APP_SECRET_SCHOOL/);
  assert.doesNotMatch(text, /theTokenOfTheSchool/);
});
