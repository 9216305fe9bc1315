// `make burst`: many distinct fans write `GO`, once each, as fast as this machine takes them, to fandesk under `make serve`.
// How fast and how long they were answered, whether all of it reaches D1 once, how fast that goes beside a plain bulk insert
// of the same rows into SQLite, and how long the API takes meanwhile.
//
//   node bench/burst.mjs --fans 200000 --connections 256 --shards 64

import '../scripts/lib/node.mjs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { askedToEnd } from '../scripts/lib/children.mjs';
import { inCheckout } from '../scripts/lib/checkout.mjs';
import { migrationsIn } from '../scripts/lib/migrations.mjs';
import { Refusal, report } from '../scripts/lib/refusal.mjs';
import { REPLY } from './lib/job.mjs';
import { removeFolder, temporaryFolder } from './lib/leftovers.mjs';
import { load } from './lib/load.mjs';
import { serve } from './lib/served.mjs';
import { quantile } from './lib/statistics.mjs';

const say = (line) => process.stdout.write(`${line}\n`);

const LOOK_MS = 250;

/** Without a new row for so long, D1 will not get the rest. */
const PATIENCE_MS = 120_000;

const A_DAY = 86_400;

const LEDGER = inCheckout('migrations/ledger');

const { values: flags } = parseArgs({
  options: {
    fans: { type: 'string', default: '200000' },
    connections: { type: 'string', default: '256' },
    shards: { type: 'string', default: '64' },
  },
});

async function burst({ fans, connections, shards }) {
  const { url, settings, ledger, end } = await serve(shards);
  try {
    const answered = { done: false };
    const api = askMeanwhile(url, settings, answered);
    const began = performance.now();
    const expected = { reply: REPLY };
    const summary = await load({ url: `${url}/wechat`, settings, expected, connections, seconds: A_DAY, fans });
    const lastAnswer = performance.now();
    answered.done = true;
    const ms = (value) => value.toFixed(1);
    say(
      `answered   ${summary.all_answers} of ${fans} in ${seconds(began, lastAnswer)} s: ${summary.per_second.toFixed(0)}/s`,
    );
    say(
      `latency    p50 ${ms(summary.p50_ms)}  p99 ${ms(summary.p99_ms)}  p99.9 ${ms(summary.p999_ms)}  ` +
        `max ${ms(summary.max_ms)} ms with ${connections} connections`,
    );
    for (const [path, samples] of Object.entries(await api)) {
      const [p50, p99] = [0.5, 0.99].map((q) => ms(quantile(samples, q)));
      say(`API        GET ${path} meanwhile: p50 ${p50}  p99 ${p99} ms (n=${samples.length})`);
    }

    const { database, path } = ledger();
    const count = database.prepare('SELECT count(*) AS rows, count(DISTINCT msg_id) AS messages FROM events');
    const early = count.get().rows;
    await untilAllThere(database, fans);
    const allThere = performance.now();
    const { rows, messages } = count.get();
    database.close();
    say(
      `D1         has all ${seconds(lastAnswer, allThere)} s after the last answer; ` +
        `lost ${fans - messages}, doubled ${rows - messages}`,
    );
    const rate = (rows, from, to) => ((rows / (to - from)) * 1000).toFixed(0);
    say(
      `flush      ${rate(early, began, lastAnswer)} rows/s while fans were answered, ` +
        `${rate(rows - early, lastAnswer, allThere)} rows/s afterwards; ` +
        `the same rows in one bulk insert: ${bulkInsert(path).toFixed(0)} rows/s`,
    );
    if (messages !== fans || rows !== fans) throw new Refusal('not every event is in D1 exactly once');
  } finally {
    await end();
  }
}

const seconds = (from, to) => ((to - from) / 1000).toFixed(1);

/** Asks the API for a fan and for events in turn, one request at a time. Returns how long each took, by path. */
async function askMeanwhile(url, settings, answered) {
  const headers = { authorization: `Bearer ${settings.FANDESK_ADMIN_TOKEN}` };
  const samples = { '/fans/{openid}': [], '/events?limit=10': [] };
  const paths = { '/fans/{openid}': `/fans/oBENCH${'0'.repeat(22)}`, '/events?limit=10': '/events?limit=10' };
  while (!answered.done) {
    for (const [name, path] of Object.entries(paths)) {
      const began = performance.now();
      const response = await fetch(`${url}/api/v1${path}`, { headers });
      await response.arrayBuffer();
      // The fan may not have written yet.
      if (response.status !== 200 && response.status !== 404) throw new Refusal(`GET ${path}: ${response.status}`);
      samples[name].push(performance.now() - began);
    }
    await sleep(LOOK_MS);
  }
  return samples;
}

async function untilAllThere(database, fans) {
  const count = database.prepare('SELECT count(*) AS rows FROM events');
  let [last, moved] = [-1, performance.now()];
  for (;;) {
    const { rows } = count.get();
    if (rows >= fans) return;
    if (rows !== last) [last, moved] = [rows, performance.now()];
    if (performance.now() - moved > PATIENCE_MS) {
      throw new Refusal(`D1 has ${rows} of ${fans} events, and got none for ${PATIENCE_MS / 1000} s`);
    }
    await sleep(LOOK_MS);
  }
}

/** Rows a second of a plain copy of the ledger's events and payloads, in one transaction that is synced to the disk. */
function bulkInsert(path) {
  const folder = temporaryFolder();
  const database = new DatabaseSync(join(folder, 'copy.sqlite'));
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    for (const file of migrationsIn(LEDGER)) database.exec(readFileSync(join(LEDGER, file), 'utf8'));
    database.prepare('ATTACH ? AS ledger').run(path);
    const began = performance.now();
    database.exec('BEGIN');
    const { changes } = database.prepare('INSERT INTO main.events SELECT * FROM ledger.events').run();
    database.exec('INSERT INTO main.payloads SELECT * FROM ledger.payloads; COMMIT');
    return (changes / (performance.now() - began)) * 1000;
  } finally {
    database.close();
    removeFolder(folder);
  }
}

askedToEnd().then(() => process.exit(130));

try {
  const given = Object.entries(flags).map(([name, text]) => [name, Number(text)]);
  await burst(Object.fromEntries(given));
  process.exit(0);
} catch (error) {
  report(error);
  process.exit(1);
}
