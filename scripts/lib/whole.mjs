// The whole of fandesk for as long as one command needs it: Worker, simulator and demo, on free ports, with state and
// secrets that are gone afterwards.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { inCheckout } from './checkout.mjs';
import { freePort, HOST } from './ports.mjs';
import { Refusal } from './refusal.mjs';

/** Few shards start sooner, and one fan needs only one. */
const SETTINGS = { WECHAT_MODE: 'safe', FANDESK_SHARDS: '4' };

/**
 * Starts everything. `onEnd` is told at once how to end it again; what is returned, as soon as a message can be answered, are the
 * addresses of the simulator's page and of the Worker, and the token that may do everything.
 */
export async function startWhole(onEnd) {
  const folder = mkdtempSync(join(tmpdir(), 'fandesk-whole-'));
  onEnd(() => rmSync(folder, { recursive: true, force: true }));
  const simulatorPort = await freePort();
  // By the keeper: it may not stay when this process is killed outright.
  const serve = spawn(inCheckout('scripts/keeper.sh'), [process.execPath, inCheckout('scripts/serve.mjs')], {
    env: {
      ...process.env,
      PORT: '0',
      SIM_PORT: String(simulatorPort),
      NO_SIM: '',
      NO_DEMO: '',
      STATE_DIR: join(folder, 'state'),
      DEV_VARS: join(folder, 'dev.vars'),
      ...SETTINGS,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(serve, 'exit');
  onEnd(async () => {
    serve.kill('SIGTERM');
    await exited;
  });
  for await (const line of createInterface({ input: serve.stdout })) {
    if (!line.startsWith('ready: ')) continue;
    serve.stdout.resume();
    const token = /^FANDESK_ADMIN_TOKEN=(.*)$/m.exec(readFileSync(join(folder, 'dev.vars'), 'utf8'))?.[1];
    return { phone: `http://${HOST}:${simulatorPort}/`, worker: line.slice('ready: '.length).trim(), token };
  }
  throw new Refusal('scripts/serve.mjs ended before it was ready');
}
