// The launchers as someone at a terminal meets them. Wants `make build sim`.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';

import { inCheckout } from '../../lib/checkout.mjs';

let folder;
before(() => (folder = mkdtempSync(join(tmpdir(), 'fandesk-launch-'))));
after(() => rmSync(folder, { recursive: true, force: true }));

const environment = (extra) => ({
  ...process.env,
  PORT: '0',
  SIM_PORT: '0',
  STATE_DIR: join(folder, 'state'),
  DEV_VARS: join(folder, 'dev.vars'),
  ...extra,
});

/** A launcher, its output collected. */
function launch(script, extra = {}) {
  const child = spawn(process.execPath, [inCheckout('scripts', script)], {
    env: environment(extra),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const run = { pid: child.pid, stdout: [], stderr: [], kill: (signal) => child.kill(signal) };
  run.ended = once(child, 'exit').then(([code]) => code);
  run.ready = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      run.stdout.push(line);
      if (line.startsWith('ready: ')) resolve(line.slice('ready: '.length));
    });
    createInterface({ input: child.stderr }).on('line', (line) => run.stderr.push(line));
    run.ended.then((code) => reject(new Error(`ended with ${code} before it was ready:\n${run.stderr.join('\n')}`)));
  });
  // Not every test waits for it.
  run.ready.catch(() => {});
  return run;
}

/** Programs that were started by a launcher, directly or not. */
function descendants(pid) {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
  const below = (parent) =>
    rows.filter(([, ppid]) => ppid === String(parent)).flatMap((row) => [row, ...below(row[0])]);
  return below(pid).map(([child]) => child);
}

function alive(pid) {
  try {
    // A dead one stays in the table until its parent has looked at it.
    const [state] = execFileSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' }).trim();
    return state !== 'Z';
  } catch {
    return false;
  }
}

for (const script of ['serve.mjs', 'dev.mjs']) {
  test(`${script} answers, says ready once and ends with all it started`, { timeout: 180_000 }, async () => {
    const run = launch(script);
    const url = await run.ready;
    const { status } = await fetch(`${url}/healthz`);
    assert.ok([200, 503].includes(status), `healthz answered ${status}`);
    const children = descendants(run.pid);
    assert.ok(children.length >= 2, 'a workerd and a simulator at least');

    run.kill('SIGTERM');
    assert.equal(await run.ended, 0);
    await until(() => children.filter(alive).length === 0);
    assert.equal(run.stdout.filter((line) => line.startsWith('ready:')).length, 1);
    assert.deepEqual(
      run.stderr.filter((line) => line.startsWith('fandesk:')),
      [],
    );
  });
}

test('an interrupt ends it as well', { timeout: 60_000 }, async () => {
  const run = launch('serve.mjs', { NO_SIM: '1' });
  await run.ready;
  run.kill('SIGINT');
  assert.equal(await run.ended, 0);
});

test(
  'one that is killed outright leaves nothing running, and its state can be taken up',
  { timeout: 60_000 },
  async (t) => {
    if (process.platform !== 'linux') return t.skip('only Linux ends the children of a killed process');
    const killed = launch('serve.mjs');
    await killed.ready;
    const children = descendants(killed.pid);
    killed.kill('SIGKILL');
    await killed.ended;
    await until(() => children.filter(alive).length === 0);

    const next = launch('serve.mjs', { NO_SIM: '1' });
    await next.ready;
    next.kill('SIGTERM');
    assert.equal(await next.ended, 0);
  },
);

async function until(condition) {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, 'not within five seconds');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a setting that is emptied in the environment is missing, and said to be', { timeout: 60_000 }, async () => {
  const run = launch('serve.mjs', { NO_SIM: '1', WECHAT_TOKEN: '' });
  const url = await run.ready;
  const { ok, problems } = await (await fetch(`${url}/healthz`)).json();
  assert.equal(ok, false);
  assert.ok(problems.some(({ setting }) => setting === 'WECHAT_TOKEN'));
  assert.ok(run.stderr.some((line) => line.startsWith('not healthy: WECHAT_TOKEN ')));
  run.kill('SIGTERM');
  assert.equal(await run.ended, 0);
});

test('another account gets settings, a playbook and a phone of its own', { timeout: 60_000 }, async () => {
  const run = launch('serve.mjs', {
    FANDESK_ACCOUNTS: 'school',
    STATE_DIR: join(folder, 'two-accounts'),
    DEV_VARS: join(folder, 'two-accounts.vars'),
  });
  await run.ready;
  const line = /^Be a fan of school at (\S+)\/$/;
  await until(() => run.stdout.some((text) => line.test(text)));
  const [, phone] = line.exec(run.stdout.find((text) => line.test(text)));
  const body = JSON.stringify({ text: 'GO' });
  const said = await fetch(`${phone}/sim/fans/oFanOfTheSchool/say`, { method: 'POST', body });
  const { status, reply } = await said.json();
  assert.equal(status, 200);
  assert.match(JSON.stringify(reply), /出发/);
  run.kill('SIGTERM');
  assert.equal(await run.ended, 0);
  assert.deepEqual(
    run.stderr.filter((text) => !text.startsWith('simulator')),
    [],
  );
});

test('two runs do not share a state folder', { timeout: 60_000 }, async () => {
  const first = launch('serve.mjs', { NO_SIM: '1' });
  await first.ready;
  const second = launch('serve.mjs', { NO_SIM: '1' });
  assert.equal(await second.ended, 1);
  assert.match(second.stderr.join('\n'), /^fandesk: .* is in use by process \d+: [^\n]*$/);
  first.kill('SIGTERM');
  assert.equal(await first.ended, 0);
});

test('wrangler finds the migrations that a launcher applied', { timeout: 60_000 }, async () => {
  const run = launch('serve.mjs', { NO_SIM: '1', NO_DEMO: '1' });
  await run.ready;
  run.kill('SIGTERM');
  await run.ended;
  const output = execFileSync(
    inCheckout('node_modules/.bin/wrangler'),
    ['d1', 'migrations', 'list', 'DB', '--local', '--persist-to', join(folder, 'state')],
    { cwd: inCheckout(), env: environment({ WRANGLER_SEND_METRICS: 'false' }), encoding: 'utf8' },
  );
  assert.match(output, /No migrations to apply/);
});

test('a port in use is one line', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  const run = launch('serve.mjs', { PORT: String(port) });
  assert.equal(await run.ended, 1);
  assert.deepEqual(run.stderr, [`fandesk: port ${port} of 127.0.0.1 is in use: set PORT to another one`]);
  server.close();
});

test('a bad line of .dev.vars is one line', async () => {
  const path = join(folder, 'bad.vars');
  writeFileSync(path, 'WECHAT_TOKEN=x\nnonsense\n');
  const run = launch('serve.mjs', { DEV_VARS: path });
  assert.equal(await run.ended, 1);
  assert.deepEqual(run.stderr, [`fandesk: ${path}:2: expected KEY=VALUE`]);
});

test('a checkout that was not built is told how to be', async () => {
  const run = launch('serve.mjs', { CARGO_TARGET_DIR: '/nonexistent' });
  assert.equal(await run.ended, 1);
  assert.deepEqual(run.stderr, [
    "fandesk: /nonexistent/release/wechat-sim is missing: run 'make sim', or set NO_SIM=1",
  ]);
});

test('secrets of a run do not stay behind in its state', () => {
  const left = existsSync(join(folder, 'state')) ? readdirSync(join(folder, 'state')) : [];
  assert.equal(left.includes('settings.env'), false);
  assert.match(readFileSync(join(folder, 'dev.vars'), 'utf8'), /^WECHAT_APP_ID=wx/m);
});
