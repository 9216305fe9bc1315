// `make admin LOGIN=alice NAME=艾丽丝`: makes an administrator of the desk, and prints the link by which they choose a password. For somebody who is
// there already it makes them an administrator again and prints another link: the way back in for who lost everything.
//
// URL is where fandesk is (the local one if it is not said), TOKEN its FANDESK_ADMIN_TOKEN; without it, .dev.vars is looked into for a
// local one, and .deploy.vars, where `make deploy` keeps it, for another. ACCOUNT names one of several.

import './lib/node.mjs';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { apiPath, FIRST } from './lib/accounts.mjs';
import { ROOT } from './lib/checkout.mjs';
import { Refusal, report } from './lib/refusal.mjs';
import { parseDevVars } from './lib/settings.mjs';
import { inWords } from './lib/timing.mjs';

const USAGE = 'make admin LOGIN=alice NAME=艾丽丝 [URL=https://desk.example.com] [TOKEN=…] [ACCOUNT=school]';

const { LOGIN: login, ACCOUNT: account } = process.env;
const name = process.env.NAME || login;
const origin = process.env.URL || `http://127.0.0.1:${process.env.PORT || 8787}`;

/** Whether it runs on this machine, so that its settings are in .dev.vars. */
const isLocal = (url) => ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);

function token(url) {
  const given = process.env.TOKEN || process.env.FANDESK_ADMIN_TOKEN;
  if (given) return given;
  const named = isLocal(url) ? process.env.DEV_VARS || '.dev.vars' : process.env.DEPLOY_SECRETS || '.deploy.vars';
  const file = resolve(ROOT, named);
  const kept = existsSync(file) ? parseDevVars(readFileSync(file, 'utf8'), file).FANDESK_ADMIN_TOKEN : undefined;
  if (!kept) throw new Refusal(`TOKEN=<FANDESK_ADMIN_TOKEN> is needed: it is not in ${file}`);
  return kept;
}

/** Asks the account's API; `expected` are statuses that the caller can do something with. */
async function ask(base, bearer, method, path, body, expected = []) {
  const url = new URL(`${apiPath(account || FIRST)}${path}`, base);
  let response;
  try {
    response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
  } catch (error) {
    throw new Refusal(inWords(error, url.href));
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok || expected.includes(response.status)) return { status: response.status, answer };
  const why = answer.error?.message ?? 'this is not fandesk, or an older release';
  throw new Refusal(answer.error?.field ? `${answer.error.field}: ${why}` : `${response.status}: ${why}`);
}

async function makeAdmin() {
  if (!login) throw new Refusal(`LOGIN is needed: ${USAGE}`);
  if (!URL.canParse(origin)) throw new Refusal(`URL=${origin} is no address: ${USAGE}`);
  const base = new URL(origin);
  const api = (...request) => ask(base, bearer, ...request);
  const bearer = token(base);
  const added = await api('POST', '/people', { login, name, role: 'admin', teams: ['desk'] }, [409]);
  let { invitation } = added.answer;
  if (added.status === 409) {
    const { answer: people } = await api('GET', '/people');
    const person = people.items.find((one) => one.login === login.trim().toLowerCase());
    if (person === undefined) throw new Refusal(added.answer.error.message);
    await api('PUT', `/people/${person.id}`, { role: 'admin', active: true });
    ({ answer: invitation } = await api('POST', `/people/${person.id}/invitation`));
  }
  const until = new Date(invitation.expires_at).toISOString().slice(0, 10);
  process.stdout.write(
    `${name} (${login}) is an administrator. Choose a password here, once, until ${until}:\n` +
      `  ${new URL(invitation.path, base).href}\n`,
  );
}

try {
  await makeAdmin();
} catch (error) {
  report(error);
  process.exitCode = 1;
}
