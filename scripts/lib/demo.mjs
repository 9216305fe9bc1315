// What a first run is filled with, through the API like by anyone else: the demo playbook and a custom menu.

import { readFileSync } from 'node:fs';

import { apiPath } from './accounts.mjs';
import { inCheckout } from './checkout.mjs';

/** What the demo files call the simulator, which also plays the business system. */
const WRITTEN_PORT = '127.0.0.1:8790';

const ANY_PORT = /127\.0\.0\.1:\d+/g;

/** Publishes what is not there yet. What cannot be published is said, and the run goes on without it. */
export async function publishDemo({ account, workerUrl, simulatorPort, adminToken, withMenu }) {
  if (adminToken === undefined) {
    process.stdout.write('demo: not published, for FANDESK_ADMIN_TOKEN is not set\n');
    return;
  }
  const api = (method, path, contentType, body) =>
    fetch(`${workerUrl}${apiPath(account)}${path}`, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, ...(contentType && { 'content-type': contentType }) },
      body,
      signal: AbortSignal.timeout(10_000),
    });
  const demo = (file) => readFileSync(inCheckout(file), 'utf8').replaceAll(WRITTEN_PORT, `127.0.0.1:${simulatorPort}`);
  await attempt('playbook', () => publishPlaybook(api, demo('playbook.demo.toml')));
  // The menu is WeChat's to keep, so there has to be one.
  if (!withMenu) return;
  await attempt('menu', () => expectOk(api('PUT', '/menu', 'application/json', demo('scripts/demo-menu.json'))));
}

/** An operator's own playbook stays. The demo is put when none is published, or to follow the simulator's port. */
async function publishPlaybook(api, demo) {
  const published = await api('GET', '/playbook');
  const text = await published.text();
  if (published.status !== 404) {
    if (!published.ok) throw new Error(`GET answered ${published.status} ${text.trim()}`);
    const sameButForThePort = text.replace(ANY_PORT, '') === demo.replace(ANY_PORT, '');
    if (text === demo || !sameButForThePort) return;
  }
  await expectOk(api('PUT', '/playbook', 'application/toml', demo));
  process.stdout.write('demo: published playbook.demo.toml\n');
}

async function expectOk(answer) {
  const response = await answer;
  const text = await response.text();
  if (!response.ok) throw new Error(`PUT answered ${response.status} ${text.trim()}`);
}

async function attempt(what, publish) {
  try {
    await publish();
  } catch (error) {
    process.stderr.write(`demo: the ${what} is not published: ${error.cause?.message ?? error.message}\n`);
  }
}
