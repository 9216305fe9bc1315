// How long a fresh workerd takes to its first answer with the Worker, and how much of that is the Worker: the same is done
// with one that does nothing, in turns, so that whatever slows the machine slows both.

import { freshSettings } from '../scripts/lib/settings.mjs';
import { readConfig } from '../scripts/lib/worker.mjs';
import { describe, median } from './lib/statistics.mjs';
import { noop, ours, Prepared } from './lib/workerd.mjs';

const ROUNDS = 15;

// Refused for its signature: through the router, the settings and the crypto, without a database.
const REQUEST = '/wechat?signature=0&timestamp=0&nonce=0&echostr=0';
const REFUSED = 401;

export async function measureStartup() {
  const config = readConfig();
  const settings = freshSettings();
  const floor = new Prepared(noop(), config.compatibility_date);
  const worker = new Prepared(ours(config, settings), config.compatibility_date);
  const samples = { floor: [], worker: [] };
  try {
    // The first round only fills the machine's file cache.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const bare = await floor.firstAnswer('/');
      const full = await worker.firstAnswer(REQUEST);
      if (full.status !== REFUSED) throw new Error(`${REQUEST} was answered ${full.status} instead of ${REFUSED}`);
      if (round === 0) continue;
      samples.floor.push(bare.ms);
      samples.worker.push(full.ms);
    }
  } finally {
    floor.dispose();
    worker.dispose();
  }
  return samples;
}

export function describeStartup({ floor, worker }) {
  const [bare, full] = [median(floor), median(worker)];
  return [
    `  no-op Worker   ${describe(floor)}`,
    `  fandesk        ${describe(worker)}`,
    `  the Worker's own start-up: ${(full - bare).toFixed(2)} ms, ratio ${(full / bare).toFixed(2)}`,
  ].join('\n');
}
