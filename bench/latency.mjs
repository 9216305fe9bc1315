// How long a signed callback in plain mode takes to be answered, one at a time, on local workerd with its state on disk:
// beside a Worker that does nothing, and beside one that passes each request to a Durable Object which writes one row.
// The second is the least that a design with durable state per fan can cost. All three take turns in one run.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { inCheckout } from '../scripts/lib/checkout.mjs';
import { freePort, HOST } from '../scripts/lib/ports.mjs';
import { start } from '../scripts/lib/runtime.mjs';
import { freshSettings } from '../scripts/lib/settings.mjs';
import { readConfig } from '../scripts/lib/worker.mjs';
import { describe, median } from './lib/statistics.mjs';

const ROUNDS = 20;
const REQUESTS_A_ROUND = 50;
const FANS = 50;

const FLOOR = `
import { DurableObject } from 'cloudflare:workers';

export class Row extends DurableObject {
  constructor(state, env) {
    super(state, env);
    state.storage.sql.exec('CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, body TEXT) STRICT');
  }
  async fetch(request) {
    this.ctx.storage.sql.exec('INSERT INTO events (body) VALUES (?)', await request.text());
    return new Response('success');
  }
}

export default {
  fetch: (request, env) =>
    request.url.endsWith('/row') ? env.ROW.get(env.ROW.idFromName('row')).fetch(request) : new Response('success'),
};
`;

const SETTINGS = { ...freshSettings(), WECHAT_MODE: 'plain' };

function startFloor(port, stateDir) {
  const { compatibility_date: compatibilityDate } = readConfig();
  const manifest = {
    mainModule: 'floor.mjs',
    modulesRoot: '/',
    modules: { 'floor.mjs': { type: 'esm', contents: FLOOR } },
  };
  const env = { ROW: { type: 'durable-object', worker: 'floor', exportName: 'Row' } };
  const exports = { Row: { type: 'durable-object', storage: 'sqlite' } };
  return start([{ config: { name: 'floor', compatibilityDate, manifest, env, exports } }], { port, stateDir });
}

async function startFandesk(folder) {
  const env = {
    ...process.env,
    PORT: '0',
    SIM_PORT: '0',
    NO_SIM: '1',
    STATE_DIR: join(folder, 'state'),
    DEV_VARS: join(folder, 'dev.vars'),
    ...SETTINGS,
  };
  const serve = spawn(process.execPath, [inCheckout('scripts/serve.mjs')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = async () => {
    const exited = once(serve, 'exit');
    serve.kill('SIGTERM');
    await exited;
  };
  for await (const line of createInterface({ input: serve.stdout })) {
    if (line.startsWith('ready: ')) {
      serve.stdout.resume();
      return { url: line.slice('ready: '.length), end };
    }
  }
  throw new Error('scripts/serve.mjs ended before it was ready');
}

let messages = 0;

function callback() {
  messages += 1;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = String(messages);
  const signature = createHash('sha1').update([SETTINGS.WECHAT_TOKEN, timestamp, nonce].sort().join('')).digest('hex');
  const fan = `oBENCH${String(messages % FANS).padStart(22, '0')}`;
  return {
    path: `/wechat?${new URLSearchParams({ signature, timestamp, nonce, openid: fan })}`,
    body:
      `<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><FromUserName><![CDATA[${fan}]]></FromUserName>` +
      `<CreateTime>${timestamp}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[GO]]></Content>` +
      `<MsgId>${7_000_000_000_000_000 + messages}</MsgId></xml>`,
  };
}

function post(url, agent, path, body) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const call = request(
      `${url}${path}`,
      { method: 'POST', agent, headers: { 'content-type': 'text/xml' } },
      (response) => {
        response.resume();
        response.once('end', () => resolve({ ms: performance.now() - started, status: response.statusCode }));
      },
    );
    call.once('error', reject);
    call.end(body);
  });
}

export async function measureLatency() {
  const folder = mkdtempSync(join(tmpdir(), 'fandesk-latency-'));
  const ends = [() => rmSync(folder, { recursive: true, force: true })];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const port = await freePort();
    const floor = await startFloor(port, join(folder, 'floor'));
    ends.push(() => floor.dispose());
    const fandesk = await startFandesk(folder);
    ends.push(fandesk.end);

    const floorUrl = `http://${HOST}:${port}`;
    const subjects = {
      noop: () => [floorUrl, agent, '/', callback().body],
      row: () => [floorUrl, agent, '/row', callback().body],
      fandesk: () => {
        const { path, body } = callback();
        return [fandesk.url, agent, path, body];
      },
    };
    const samples = { noop: [], row: [], fandesk: [] };
    // The first round warms all of them up.
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [name, prepare] of Object.entries(subjects)) {
        for (let count = 0; count < REQUESTS_A_ROUND; count += 1) {
          const { ms, status } = await post(...prepare());
          if (status !== 200) throw new Error(`${name} answered ${status}`);
          if (round > 0) samples[name].push(ms);
        }
      }
    }
    return samples;
  } finally {
    agent.destroy();
    for (const end of ends.reverse()) await end();
  }
}

export function describeLatency({ noop, row, fandesk }) {
  const ratio = (floor) => (median(fandesk) / median(floor)).toFixed(2);
  return [
    `  no-op Worker            ${describe(noop)}`,
    `  one row in an object    ${describe(row)}`,
    `  fandesk, signed, plain  ${describe(fandesk)}`,
    `  ratio to no-op ${ratio(noop)}, to one row ${ratio(row)}`,
  ].join('\n');
}
