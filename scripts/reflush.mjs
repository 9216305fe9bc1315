// `make reflush URL=https://desk.example.com SINCE=2026-11-26T03:00:00Z TOKEN=…`: after D1 was set back to that moment, its shards tell it again what
// happened since. TOKEN is FANDESK_ADMIN_TOKEN; without it, .deploy.vars is looked into, where `make deploy` keeps it.

import './lib/node.mjs';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { ROOT } from './lib/checkout.mjs';
import { Refusal, report } from './lib/refusal.mjs';
import { parseDevVars } from './lib/settings.mjs';
import { inWords } from './lib/timing.mjs';

const USAGE = 'make reflush URL=https://desk.example.com SINCE=2026-11-26T03:00:00Z';

/** How long shards keep events. */
const KEPT_MS = 3 * 24 * 3600 * 1000;

function token() {
  if (process.env.TOKEN) return process.env.TOKEN;
  const file = resolve(ROOT, process.env.DEPLOY_SECRETS || '.deploy.vars');
  const made = existsSync(file) ? parseDevVars(readFileSync(file, 'utf8'), file).FANDESK_ADMIN_TOKEN : undefined;
  if (made === undefined) throw new Refusal(`TOKEN=<FANDESK_ADMIN_TOKEN> is needed: it is not in ${file}`);
  return made;
}

/** A moment as ISO 8601 with its zone, or in Unix milliseconds. */
function moment(text) {
  const ms = /^\d{12,14}$/.test(text) ? Number(text) : Date.parse(text);
  // A time without a zone would be another one on another machine.
  const hasZone = /^\d+$|(Z|[+-]\d\d:?\d\d)$/i.test(text);
  if (!Number.isFinite(ms) || !hasZone)
    throw new Refusal(`SINCE=${text} is no moment: write it with its zone, such as 2026-11-26T03:00:00Z`);
  return ms;
}

async function reflush() {
  const { URL: origin, SINCE: since } = process.env;
  if (!origin || !since) throw new Refusal(USAGE);
  if (!URL.canParse(origin)) throw new Refusal(`URL=${origin} is no address: ${USAGE}`);
  const at = moment(since);
  const url = new URL(`/api/v1/reflush?since=${at}`, origin);
  let response;
  try {
    response = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token()}` } });
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(inWords(error, url));
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok)
    throw new Refusal(`${response.status}: ${answer.error?.message ?? 'this is not fandesk, or an older release'}`);
  const { shards, events, rows, playbook } = answer;
  process.stdout.write(
    `${shards} shards tell D1 again: ${events} events, ${rows} rows of people, jobs and erasures.\n`,
  );
  if (playbook !== null) process.stdout.write(`D1 lacked version ${playbook} of the playbook, and has it again.\n`);
  process.stdout.write(
    'They go within a minute, or at some thousand events a second. Running it again does no harm.\n',
  );
  if (Date.now() - at > KEPT_MS) {
    process.stdout.write(
      'SINCE is more than three days ago: events from before that are with no shard any more, and stay lost.\n',
    );
  }
}

try {
  await reflush();
} catch (error) {
  report(error);
  process.exitCode = 1;
}
