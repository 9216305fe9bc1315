// `make rehearsal`: upgrade from an earlier release, both mixed, step back, upgrade again, while fans write. Everything that was answered has to be there
// each time, once, and a retry must get the same reply whoever is asked.
//
// RELEASE=commit takes another than the last of scripts/rehearsal/releases. FIXTURE=1 only writes the state that the earlier release leaves to
// tests/fixtures, where an end-to-end test opens it.

import './lib/node.mjs';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { inCheckout } from './lib/checkout.mjs';
import { KEPT_WORKERD } from './lib/children.mjs';
import { freePort, HOST } from './lib/ports.mjs';
import { report } from './lib/refusal.mjs';
import { freshSettings } from './lib/settings.mjs';
import { platformDefaults, startSimulator } from './lib/simulator.mjs';
import { startDesk } from './rehearsal/desk.mjs';
import { countInD1, dump } from './rehearsal/dump.mjs';
import { eventually, Fans } from './rehearsal/fans.mjs';
import { present, release, releases } from './rehearsal/release.mjs';

/** More than one, so that slots can move; few, so that it starts soon. */
const SHARDS = 2;
const MORE_SHARDS = 3;
const FANS = 6;

const ends = [];

const playbook = (simulatorPort, word) =>
  readFileSync(inCheckout('scripts/rehearsal/playbook.toml'), 'utf8')
    .replaceAll('127.0.0.1:8790', `${HOST}:${simulatorPort}`)
    .replaceAll('{word}', word);

function chosen() {
  const known = releases();
  const { RELEASE: commit } = process.env;
  if (!commit) return known.at(-1);
  return known.find((one) => one.commit.startsWith(commit)) ?? { commit, canStepBack: true };
}

function said(step, text) {
  process.stdout.write(`${step.padEnd(46)} ${text}\n`);
}

async function rehearse() {
  Object.assign(process.env, KEPT_WORKERD);
  const before = release(chosen());
  const now = present();
  const folder = mkdtempSync(join(tmpdir(), 'fandesk-rehearsal-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const simulatorPort = await freePort();
  const settings = {
    ...freshSettings(),
    ...platformDefaults(simulatorPort),
    WECHAT_MODE: 'plain',
    FANDESK_SHARDS: String(SHARDS),
  };
  const port = await freePort();
  const simulator = startSimulator({ port: simulatorPort, workerUrl: `http://${HOST}:${port}`, settings });
  ends.push(() => simulator.end());
  const fans = new Fans(FANS, settings, simulatorPort);
  const [first, second] = ['first', 'second'].map((word) => playbook(simulatorPort, word));

  /** One step: some deployment over the same state, from start to end. */
  async function step(name, desk, work) {
    const running = await startDesk({ settings, stateDir: folder, port, ...desk });
    try {
      const what = await work(running);
      await fans.tryAgain(running);
      const events = await fans.check(running);
      said(name, `${events} messages answered and there, each retry the same${what ? `; ${what}` : ''}`);
    } finally {
      await running.stop();
    }
  }

  await step(`1 ${before.name}`, { objects: before }, async (desk) => {
    assert.equal(await fans.publish(desk, first), 1);
    await fans.arrive();
    for (const content of ['GO', '菜单', '1', '查物流 12345']) await fans.say(desk, content);
    const jobs = await fans.jobsEnd(desk);
    return `${jobs.length} jobs done`;
  });
  if (before.canStepBack) settings.FANDESK_SHARDS = String(MORE_SHARDS);
  await step(`2 ${before.name}, ${settings.FANDESK_SHARDS} shards`, { objects: before }, async (desk) => {
    const moved = before.canStepBack ? (await fans.slotsSettle(desk)).moved : 0;
    await fans.say(desk, '1');
    if (process.env.FIXTURE) await writeFixture(before, fans, desk, settings);
    return `${moved} slots moved`;
  });
  if (process.env.FIXTURE) {
    writeFileSync(join(fixtureOf(before), 'state.sql'), dump(folder));
    said('fixture', fixtureOf(before));
    return;
  }
  if (before.canStepBack) await mixAndStepBack(step, fans, before, now, second);
  await step('6 the present one', { objects: now }, async (desk) => {
    await fans.say(desk, '1');
    await fans.say(desk, '查物流 24680');
    const jobs = await fans.jobsEnd(desk);
    const { moved, left } = await fans.api(desk, '/layout');
    const { length: events } = await fans.all(desk, '/events');
    await eventually('D1 has all events', () => countInD1(folder, 'events') === events);
    return `${jobs.length} jobs done, ${moved} slots moved, ${left} left, ${events} events in D1`;
  });
}

async function mixAndStepBack(step, fans, before, now, second) {
  await step('3 old code asks new objects', { objects: now, front: before }, async (desk) => {
    await fans.say(desk, '菜单');
    await fans.say(desk, '查物流 67890');
    await fans.jobsEnd(desk);
    assert.equal(await fans.version(desk), 1);
    assert.equal(await fans.publish(desk, second), 2);
    await fans.say(desk, 'GO');
  });
  await step('4 new code asks old objects', { objects: before, front: now }, async (desk) => {
    assert.equal(await fans.version(desk), 2);
    await fans.say(desk, '1');
    await fans.say(desk, '查物流 13579');
    await fans.jobsEnd(desk);
  });
  await step(`5 back to ${before.name}`, { objects: before }, async (desk) => {
    await fans.say(desk, 'GO');
    await fans.say(desk, '菜单');
    return `playbook ${await fans.version(desk)} in force`;
  });
}

const fixtureOf = ({ name }) => inCheckout('tests/fixtures', name);

/** What the release's own API says of the state. */
async function writeFixture(release, fans, desk, settings) {
  await fans.jobsEnd(desk);
  const expected = {
    made_at: Date.now(),
    settings: { WECHAT_APP_ID: settings.WECHAT_APP_ID, WECHAT_TOKEN: settings.WECHAT_TOKEN },
    shards: Number(settings.FANDESK_SHARDS),
    playbook: await fans.api(desk, '/playbook'),
    events: await fans.all(desk, '/events'),
    fans: await Promise.all(fans.openids.map((openid) => fans.api(desk, `/fans/${openid}`))),
    jobs: await fans.all(desk, '/jobs'),
    answered: fans.book,
  };
  mkdirSync(fixtureOf(release), { recursive: true });
  writeFileSync(join(fixtureOf(release), 'expected.json'), `${JSON.stringify(expected, undefined, 1)}\n`);
}

try {
  await rehearse();
} catch (error) {
  report(error);
  process.exitCode = 1;
} finally {
  for (const end of ends.reverse()) await end();
}
