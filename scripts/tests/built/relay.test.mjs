// Both relays between the simulated WeChat and the Worker: what a fan writes comes in through one, what fandesk sends later goes out through the
// other. Wants `make build sim`, and nginx.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { inCheckout, simulatorBinary } from '../../lib/checkout.mjs';
import { freePort, HOST } from '../../lib/ports.mjs';
import { freshSettings } from '../../lib/settings.mjs';
import { Relays, wantInstalled } from '../relay/nginx.mjs';

const RELAY_TOKEN = 'the-token-of-the-relay';
const FAN = 'oRelayFan0000000000000000001';
const PATIENCE_MS = 60_000;

wantInstalled();

/** A program of ours that dies with this one, once it has printed a line that begins with `ready`. */
async function start(t, command, args, environment, ready) {
  const clean = Object.entries(process.env).filter(([name]) => !/^(WECHAT_|FANDESK_|SIM_|NO_)/.test(name));
  const child = spawn(inCheckout('scripts/keeper.sh'), [command, ...args], {
    env: { ...Object.fromEntries(clean), ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (!ready || line.startsWith(ready)) break;
  }
  child.stdout.resume();
}

async function eventually(what, look) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < deadline, `not within a minute: ${what}`);
    await sleep(100);
  }
}

test('messages come in and go out through the relays, in safe mode', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fandesk-relayed-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const [simulatorPort, workerPort] = [await freePort(), await freePort()];
  const relays = await Relays.start({ simulatorPort, workerPort, relayToken: RELAY_TOKEN });
  t.after(() => relays.stop());
  const settings = { ...freshSettings(), WECHAT_MODE: 'safe', FANDESK_SHARDS: '2' };
  await start(t, simulatorBinary(), [], {
    ...settings,
    SIM_PORT: String(simulatorPort),
    FANDESK_URL: relays.inbound,
    SIM_DEMO_SECRET: settings.FANDESK_SECRET_DEMO,
    SIM_DEMO_DELAY_MS: '100',
  });
  await start(
    t,
    process.execPath,
    [inCheckout('scripts/serve.mjs')],
    {
      ...settings,
      PORT: String(workerPort),
      SIM_PORT: String(simulatorPort),
      NO_SIM: '1',
      STATE_DIR: join(folder, 'state'),
      DEV_VARS: join(folder, 'dev.vars'),
      WECHAT_API_BASE: relays.outbound,
      WECHAT_API_RELAY_TOKEN: RELAY_TOKEN,
    },
    'ready: ',
  );
  const simulator = `http://${HOST}:${simulatorPort}/sim`;
  const say = async (content) => {
    const body = JSON.stringify({ text: content });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${simulator}/fans/${FAN}/say`, { method: 'POST', body, headers });
    return response.json();
  };

  const { status, reply } = await say('GO');
  assert.equal(status, 200);
  assert.equal(reply.type, 'text');
  await say('查物流 12345');
  const answered = await eventually('a service message', async () => {
    const { items } = await (await fetch(`${simulator}/fans/${FAN}/inbox`)).json();
    return items.find(({ via }) => via === 'service');
  });
  assert.match(answered.content, /12345/);

  const { sent, answered: accepted, refused, api_calls: calls } = await (await fetch(`${simulator}/stats`)).json();
  assert.deepEqual([accepted, refused], [sent, 0]);
  const callbacks = ({ inbound }) => inbound.match(/POST \/wechat 200/g)?.length;
  const message = /POST \/cgi-bin\/message\/custom\/send 200/;
  const logs = await relays.logsOnce((logs) => callbacks(logs) === sent && message.test(logs.outbound));
  const { inbound, outbound, error } = logs;
  assert.equal(callbacks(logs), sent);
  assert.match(outbound, message);
  assert.match(outbound, /POST \/cgi-bin\/stable_token 200/);
  assert.ok(calls['/cgi-bin/message/custom/send'] >= 1, JSON.stringify(calls));
  await t.test('and the probe measures that way, with events of its own that can be told', async () => {
    const probe = spawn(process.execPath, [inCheckout('scripts/probe.mjs')], {
      env: {
        PATH: process.env.PATH,
        URL: relays.inbound,
        TOKEN: settings.WECHAT_TOKEN,
        AES_KEY: settings.WECHAT_AES_KEY,
        APP_ID: settings.WECHAT_APP_ID,
        COUNT: '3',
        WRITE: '2',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    probe.stdout.on('data', (chunk) => (text += chunk));
    const [code] = await once(probe, 'close');
    assert.equal(code, 0, text);
    assert.match(text, /an event, open connection +[\d.]+ ms/);
    const headers = { authorization: `Bearer ${settings.FANDESK_ADMIN_TOKEN}` };
    const url = `http://${HOST}:${workerPort}/api/v1/events?openid=fandesk-probe`;
    const { items } = await (await fetch(url, { headers })).json();
    const kinds = items.map(({ kind }) => kind);
    assert.deepEqual(kinds, ['event.fandesk_probe', 'event.fandesk_probe']);
  });

  for (const secret of [RELAY_TOKEN, settings.WECHAT_APP_SECRET, 'access_token=', FAN, 'signature=']) {
    assert.ok(!`${inbound}${outbound}${error}`.includes(secret), `a log tells ${secret}`);
  }
});
