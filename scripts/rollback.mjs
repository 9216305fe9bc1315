// `make rollback`: brings an earlier version of the Worker into force again. Code goes back, data never does: tables of D1 and of shards stay
// as the newer version made them, which the one before can read (docs/operations.md says from where on).
//
// Without TO it changes nothing and says what could be done.

import './lib/node.mjs';
import { resolve } from 'node:path';

import { inCheckout, ROOT } from './lib/checkout.mjs';
import { Refusal, report } from './lib/refusal.mjs';
import { Failed, Wrangler } from './lib/wrangler.mjs';

const { CONFIG, TO } = process.env;
const wrangler = new Wrangler(CONFIG ? resolve(ROOT, CONFIG) : inCheckout('wrangler.toml'));

async function versions() {
  try {
    return await wrangler.json(['versions', 'list', '--json']);
  } catch (error) {
    if (error instanceof Failed && error.isMissing) throw new Refusal('there is no Worker yet: make deploy');
    throw error;
  }
}

/** The versions that were in force, newest first, without the present one. */
async function before(present) {
  const deployments = await wrangler.json(['deployments', 'list', '--json']);
  const newestFirst = deployments.sort((one, other) => other.created_on.localeCompare(one.created_on));
  const ids = newestFirst.flatMap(({ versions: parts }) => parts.map(({ version_id: id }) => id));
  return [...new Set(ids)].filter((id) => !present.includes(id));
}

function line({ id, metadata, annotations = {} }) {
  const [tag, message] = [annotations['workers/tag'] ?? '-', annotations['workers/message'] ?? ''];
  return `  TO=${id}  # ${metadata.created_on.slice(0, 19).replace('T', ' ')} UTC, ${tag} ${message}`;
}

async function rollback() {
  const all = await versions();
  const present = (await wrangler.json(['deployments', 'status', '--json'])).versions.map(({ version_id: id }) => id);
  if (TO === undefined || TO === '') {
    const earlier = (await before(present)).map((id) => all.find((version) => version.id === id)).filter(Boolean);
    if (earlier.length === 0)
      throw new Refusal('no other version was in force before: there is nothing to step back to');
    const lines = earlier.slice(0, 5).map(line).join('\n');
    throw new Refusal(
      `say which version, the latest before the present one first:\n${lines}\nand then: make rollback TO=…`,
    );
  }
  if (!all.some(({ id }) => id === TO)) {
    throw new Refusal(`${TO} is not among the versions that Cloudflare keeps: make rollback lists them`);
  }
  if (present.length === 1 && present[0] === TO) {
    process.stdout.write(`${TO} is in force already\n`);
    return;
  }
  await wrangler.run(['rollback', TO, '--yes', '--message', 'make rollback']);
  process.stdout.write('Watch it: make probe URL=…, /healthz, and the log for `a shard cannot start`\n');
}

try {
  await rollback();
} catch (error) {
  report(error);
  process.exitCode = 1;
}
