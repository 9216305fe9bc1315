// Asks a running Worker what its own API document says it can be asked, and much that it says it cannot: Schemathesis, from
// build/openapi.json. What an answer may be is in schemathesis.toml.
//
// It is a Python program, so it lives in a folder of its own beside the other tools, with the versions and hashes of
// requirements.txt.

import '../lib/node.mjs';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { built, inCheckout } from '../lib/checkout.mjs';
import { Refusal, report } from '../lib/refusal.mjs';

const KEEPER = inCheckout('scripts/keeper.sh');
const REQUIREMENTS = inCheckout('scripts/schema/requirements.txt');
/** Also in schemathesis.toml. */
const FAN = 'oSchemaFan000000000000000001';
const ADMIN_TOKEN = 'schema-admin-token';

/** A run takes a minute; one that hangs ends here. */
const LIMIT_MS = 15 * 60_000;

const SETTINGS = {
  WECHAT_APP_ID: 'wxschema0123456789',
  WECHAT_APP_SECRET: 'schema-app-secret',
  WECHAT_TOKEN: 'schema-callback-token',
  WECHAT_MODE: 'plain',
  FANDESK_ADMIN_TOKEN: ADMIN_TOKEN,
  FANDESK_SECRET_DEMO: 'schema-demo-secret',
  FANDESK_SHARDS: '2',
};

/** The Python that has Schemathesis, installed by the first run. */
function python() {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'fandesk/tools');
  const probe =
    'import sys, ensurepip, venv; print("%d.%d" % sys.version_info[:2]); sys.exit(sys.version_info < (3, 11))';
  const { status, stdout } = spawnSync('python3', ['-c', probe], { encoding: 'utf8' });
  if (status !== 0) {
    throw new Refusal(
      'Python 3.11 or later with venv is needed to check the API document (apt-get install python3-venv)' +
        (stdout ? `, and python3 is ${stdout.trim()}` : ''),
    );
  }
  const hash = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const folder = join(cache, `schemathesis-${hash}-python-${stdout.trim()}`);
  const installed = join(folder, 'bin/python');
  if (existsSync(installed)) return installed;
  process.stdout.write('fandesk: installing Schemathesis (half a minute, only this once)\n');
  mkdirSync(cache, { recursive: true });
  const staging = mkdtempSync(join(cache, '.staging.'));
  try {
    must('python3', ['-m', 'venv', staging]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'];
    must(join(staging, 'bin/python'), [...pip, '--require-hashes', '-r', REQUIREMENTS]);
    // Half an installation never counts; of two at once the second keeps the first's.
    if (!existsSync(folder)) renameSync(staging, folder);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return installed;
}

function must(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Refusal(`${command} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}`);
}

/** The Worker with its simulated WeChat, over a state of its own. */
async function serve(folder) {
  const env = { ...process.env, ...SETTINGS, PORT: '0', SIM_PORT: '0' };
  Object.assign(env, { STATE_DIR: join(folder, 'state'), DEV_VARS: join(folder, 'vars') });
  const server = spawn(KEEPER, [process.execPath, inCheckout('scripts/serve.mjs')], {
    env,
    stdio: ['ignore', 'pipe', 2],
  });
  const lines = [];
  let url;
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.startsWith('ready: ')) url = line.slice('ready: '.length);
    const simulator = /^Be a fan at (\S+)\/ /.exec(line)?.[1];
    if (simulator !== undefined) {
      // What the Worker says meanwhile would hide what is said about it, and is not read.
      server.stdout.resume();
      return { server, url, simulator };
    }
    lines.push(line);
  }
  throw new Refusal(`scripts/serve.mjs ended before it was ready:\n${lines.join('\n')}`);
}

/** So that there is somebody to be found, and a conversation at the desk. */
async function letAFanWrite(simulator) {
  for (const text of ['GO', '人工']) {
    const said = await fetch(`${simulator}/sim/fans/${FAN}/say`, { method: 'POST', body: JSON.stringify({ text }) });
    if (!said.ok) throw new Refusal(`the simulator answered ${said.status}: ${await said.text()}`);
  }
}

async function check(program, url, folder) {
  const args = ['-m', 'schemathesis.cli', '--config-file', inCheckout('scripts/schema/schemathesis.toml'), 'run'];
  const child = spawn(
    program,
    [...args, built('build/openapi.json'), '--url', url, '--header', `Authorization: Bearer ${ADMIN_TOKEN}`],
    // It would keep what it learnt in the folder that it is started in.
    {
      cwd: folder,
      stdio: ['ignore', 1, 2],
      timeout: LIMIT_MS,
      env: { ...process.env, PYTHONPATH: inCheckout('scripts/schema'), PYTHONDONTWRITEBYTECODE: '1' },
    },
  );
  const [code, signal] = await once(child, 'exit');
  return signal === null ? code : 1;
}

const folder = mkdtempSync(join(tmpdir(), 'fandesk-schema-'));
try {
  const program = python();
  const { server, url, simulator } = await serve(folder);
  const ended = once(server, 'exit');
  try {
    await letAFanWrite(simulator);
    process.exitCode = await check(program, url, folder);
  } finally {
    server.kill('SIGTERM');
    await ended;
  }
} catch (error) {
  report(error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
