// `make probe URL=https://desk.example.com TOKEN=…`: how long a callback takes from here, phase by phase, and what is wrong if it is not answered.
//
// It asks as the platform does when the server URL is saved (GET with an echostr), which nothing is written for. WRITE=5 also sends so many
// events `event.fandesk_probe` of the openid `fandesk-probe`: they measure the durable write, and stay in the ledger like any event.

import './lib/node.mjs';
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';

import { signedEvent, signedQuery } from './lib/callback.mjs';
import { Refusal, report } from './lib/refusal.mjs';
import { inWords, timed, WECHAT_WAITS_MS } from './lib/timing.mjs';

const { URL: given, TOKEN: token, AES_KEY: aesKey, APP_ID: appId } = process.env;

/** Whose events the probe's are. */
const OPENID = 'fandesk-probe';
const EVENT = 'fandesk_probe';

/** A callback that takes longer leaves WeChat little for the way to it. */
const SLOW_MS = 1_500;

/** A signature is refused when it is older or newer than this. */
const CLOCK_MAY_DIFFER_MS = 300_000;

function number(name, fallback) {
  const value = Number(process.env[name] || fallback);
  if (!Number.isInteger(value) || value < 0 || value > 1000) throw new Refusal(`${name} is a number up to 1000`);
  return value;
}

function target() {
  let url;
  try {
    url = new URL(given);
  } catch {
    throw new Refusal(
      'say what to probe: make probe URL=https://desk.example.com TOKEN=<the token of the server configuration>',
    );
  }
  if (!['http:', 'https:'].includes(url.protocol)) throw new Refusal(`URL=${given} is neither http nor https`);
  if (url.pathname === '/') url.pathname = '/wechat';
  return url;
}

async function ask(url, options) {
  try {
    return await timed(url, options);
  } catch (error) {
    throw new Refusal(inWords(error, url));
  }
}

/** One check as the platform's. Throws what is wrong with the answer. */
async function check(url, agent) {
  const echostr = randomBytes(8).toString('hex');
  const answer = await ask(new URL(`?${signedQuery(token, { echostr })}`, url), { agent });
  // Without a token a refusal is the right answer.
  if (token === undefined || token === '') {
    if (answer.status === 401) return answer.ms;
  } else if (answer.status === 200 && answer.text === echostr) return answer.ms;
  throw new Refusal(await whatIsWrong(url, answer));
}

async function write(url, agent) {
  const { query, body } = signedEvent({ token, aesKey, appId, openid: OPENID, event: EVENT });
  const answer = await ask(new URL(`?${query}`, url), { method: 'POST', body, agent });
  if (answer.status === 200) return answer.ms;
  if (answer.status === 400)
    throw new Refusal(
      'events are refused with 400: another mode than the account’s; in safe mode give AES_KEY and APP_ID too',
    );
  throw new Refusal(await whatIsWrong(url, answer));
}

async function whatIsWrong(url, { status, headers, text }) {
  const clock = Date.parse(headers.date) - Date.now();
  switch (status) {
    case 401:
      return Math.abs(clock) > CLOCK_MAY_DIFFER_MS
        ? `refused (401): the clock here is ${Math.round(Math.abs(clock) / 60_000)} minutes off, and signatures hold for 5`
        : 'refused (401): TOKEN is not the Worker’s WECHAT_TOKEN';
    case 500:
    case 503:
      return `the Worker cannot work (${status}):\n${await problems(url)}`;
    case 404:
      return `${url.origin} answers, but has nothing at ${url.pathname}: another Worker, or another server`;
    case 301:
    case 302:
    case 307:
    case 308:
      return `${url.href} leads elsewhere (${status} to ${headers.location}): WeChat does not follow; give that address to the platform`;
    case 403:
    case 429:
      return `something before the Worker refuses (${status}): look at the zone's firewall and bot rules, and let /wechat through`;
    case 502:
    case 504:
      return `a relay or proxy before the Worker does not reach it (${status})`;
    case 200:
      return `200, but not with the echostr: ${url.origin} is not fandesk, or something changes its answers (begins with ${JSON.stringify(text.slice(0, 40))})`;
    default:
      return `status ${status}, which fandesk does not give: something stands before it`;
  }
}

async function problems(url) {
  try {
    const { text } = await timed(new URL('/healthz', url));
    return JSON.parse(text)
      .problems.map(({ message }) => `  ${message}`)
      .join('\n');
  } catch {
    return '  /healthz does not say why';
  }
}

function percentile(values, share) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

const shown = (ms) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`.padStart(11);

function line(name, values) {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return;
  const figures = [percentile(known, 0.5), percentile(known, 0.99), Math.max(...known)];
  process.stdout.write(`  ${name.padEnd(28)}${figures.map(shown).join('')}\n`);
}

async function repeat(times, ask) {
  const results = [];
  for (let nth = 0; nth < times; nth += 1) results.push(await ask());
  return results;
}

async function probe() {
  const url = target();
  const [count, writes] = [Math.max(1, number('COUNT', 20)), number('WRITE', 0)];
  if (writes > 0 && !token) throw new Refusal('WRITE wants TOKEN');
  const { Agent } = url.protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const fresh = await repeat(count, () => check(url));
    await check(url, agent);
    const kept = await repeat(count, () => check(url, agent));
    const written = await repeat(writes, () => write(url, agent));
    say(url, fresh, kept, written);
  } finally {
    agent.destroy();
  }
}

function say(url, fresh, kept, written) {
  const plural = fresh.length === 1 ? 'check' : 'checks';
  process.stdout.write(`${url.href} from here, ${fresh.length} ${plural} each:\n`);
  process.stdout.write(`  ${''.padEnd(28)}${['p50', 'p99', 'longest'].map((name) => name.padStart(11)).join('')}\n`);
  for (const phase of ['dns', 'connect', 'tls', 'first byte']) {
    const of = (ms) => ms[phase];
    line(phase === 'dns' ? 'DNS' : phase === 'tls' ? 'TLS' : phase, fresh.map(of));
  }
  line(
    'whole, a new connection',
    fresh.map(({ whole }) => whole),
  );
  line(
    'whole, an open connection',
    kept.map(({ whole }) => whole),
  );
  line(
    'an event, open connection',
    written.map(({ whole }) => whole),
  );
  const worst = percentile(
    [...fresh, ...written].map(({ whole }) => whole),
    0.99,
  );
  const limit = WECHAT_WAITS_MS / 1000;
  if (!token)
    process.stdout.write(
      'No TOKEN: it refused what is not signed, which is right. With TOKEN the signature is tested too.\n',
    );
  if (worst > WECHAT_WAITS_MS)
    throw new Refusal(`WeChat waits for ${limit} s, which the slowest did not keep: fans would see an error`);
  if (worst > SLOW_MS)
    process.stdout.write(`Slow: WeChat waits for ${limit} s. relay/README.md has an inbound relay.\n`);
  else process.stdout.write(`Well within the ${limit} s that WeChat waits, from here.\n`);
  if (written.length > 0) process.stdout.write(`${written.length} events ${EVENT} of ${OPENID} stay in the ledger.\n`);
}

try {
  await probe();
} catch (error) {
  report(error);
  process.exitCode = 1;
}
