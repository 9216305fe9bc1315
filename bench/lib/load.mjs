// The load (bench/load), run once against a server.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

import { ROOT } from '../../scripts/lib/checkout.mjs';
import { Refusal } from '../../scripts/lib/refusal.mjs';

function binary() {
  const path = resolve(ROOT, process.env.CARGO_TARGET_DIR || 'target', 'tool/fandesk-load');
  if (!existsSync(path)) throw new Refusal(`${path} is missing: run 'make load'`);
  return path;
}

/**
 * Loads `url` and gives the generator's summary (bench/load/src/tally.rs). `expected` is how a right answer is told from a
 * wrong one, which ends the run. With `fans` it ends when so many were answered.
 */
export async function load({ url, settings, expected, connections, warmup = 0, seconds, fans, firstFan = 0 }) {
  const { WECHAT_TOKEN: token, WECHAT_MODE: mode, WECHAT_AES_KEY: key, WECHAT_APP_ID: app } = settings;
  const args = {
    url,
    token,
    connections,
    warmup,
    seconds,
    ...(fans === undefined ? {} : { fans }),
    'first-fan': firstFan,
    ...(mode === 'safe' ? { 'aes-key': key, 'app-id': app } : {}),
    ...expected,
  };
  const given = Object.entries(args).flatMap(([name, value]) => [`--${name}`, String(value)]);
  try {
    const { stdout } = await promisify(execFile)(binary(), given);
    return JSON.parse(stdout);
  } catch (error) {
    throw error.stderr ? new Refusal(error.stderr.trim()) : error;
  }
}
