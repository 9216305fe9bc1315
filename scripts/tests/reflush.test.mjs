// `make reflush` as an operator meets it; what it sets off is in the end-to-end tests.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import http from 'node:http';
import { test } from 'node:test';

import { inCheckout } from '../lib/checkout.mjs';
import { HOST } from '../lib/ports.mjs';

const SINCE = '2026-11-26T03:00:00Z';

function reflush(environment) {
  const child = spawn(process.execPath, [inCheckout('scripts/reflush.mjs')], {
    env: { PATH: process.env.PATH, DEPLOY_SECRETS: '/no/such/file', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, text })));
}

/** A Worker that gives one answer for each of these accounts, and notes what it was asked. */
async function answering(t, status, document, accounts = ['default']) {
  const seen = [];
  const server = http.createServer((request, response) => {
    seen.push([request.method, request.url, request.headers.authorization]);
    const listed = request.url === '/api/v1/accounts' && { items: accounts.map((name) => ({ name })), next: null };
    const answered = listed ? 200 : typeof status === 'function' ? status(request.url) : status;
    response.writeHead(answered, { 'content-type': 'application/json' }).end(JSON.stringify(listed || document));
  });
  await new Promise((resolve) => server.listen(0, HOST, resolve));
  t.after(() => (server.closeAllConnections(), server.close()));
  return { URL: `http://${HOST}:${server.address().port}`, seen };
}

test('it asks for the moment that was meant, and says what is under way', async (t) => {
  const { URL, seen } = await answering(t, 200, { shards: 8, events: 12, rows: 3, playbook: 7 });
  for (const since of [SINCE, '2026-11-26T11:00:00+08:00', String(Date.parse(SINCE))]) {
    const { code, text } = await reflush({ URL, SINCE: since, TOKEN: 'full-rights' });
    assert.equal(code, 0, text);
    assert.match(text, /8 shards tell D1 again: 12 events, 3 rows/);
    assert.match(text, /version 7 of the playbook/);
    assert.deepEqual(seen.splice(0), [
      ['GET', '/api/v1/accounts', 'Bearer full-rights'],
      ['POST', `/api/v1/reflush?since=${Date.parse(SINCE)}`, 'Bearer full-rights'],
    ]);
  }
});

test('a moment without a zone, or none at all, is refused before anybody is asked', async (t) => {
  const { URL, seen } = await answering(t, 200, {});
  for (const SINCE of ['2026-11-26T03:00:00', 'yesterday', '']) {
    const { code, text } = await reflush({ URL, SINCE, TOKEN: 'x' });
    assert.equal(code, 1);
    assert.match(text, /with its zone|make reflush URL=/);
  }
  assert.deepEqual(seen, []);
});

test('the shards of every account are told, and one that refuses does not keep the others', async (t) => {
  const status = (url) => (url.includes('/accounts/school/') ? 503 : 200);
  const document = { shards: 8, events: 12, rows: 3, playbook: null, error: { message: 'see /healthz' } };
  const { URL, seen } = await answering(t, status, document, ['default', 'school', 'shop']);
  const { code, text } = await reflush({ URL, SINCE, TOKEN: 'x' });
  assert.equal(code, 1, text);
  assert.match(text, /default: 8 shards/);
  assert.match(text, /shop: 8 shards/);
  assert.match(text, /fandesk: school: 503: see \/healthz/);
  const at = Date.parse(SINCE);
  assert.deepEqual(
    seen.slice(1).map(([, url]) => url),
    [
      `/api/v1/reflush?since=${at}`,
      `/api/v1/accounts/school/reflush?since=${at}`,
      `/api/v1/accounts/shop/reflush?since=${at}`,
    ],
  );
});

test('a refusal is told in the Worker’s own words', async (t) => {
  const { URL } = await answering(t, 409, { error: { code: 'conflict', message: 'slots are moving' } });
  const { code, text } = await reflush({ URL, SINCE, TOKEN: 'x' });
  assert.equal(code, 1);
  assert.match(text, /fandesk: 409: slots are moving/);
});

test('without a token it says where it looked', async (t) => {
  const { URL, seen } = await answering(t, 200, {});
  const { code, text } = await reflush({ URL, SINCE });
  assert.equal(code, 1);
  assert.match(text, /TOKEN=<FANDESK_ADMIN_TOKEN> is needed: it is not in \/no\/such\/file/);
  assert.deepEqual(seen, []);
});
