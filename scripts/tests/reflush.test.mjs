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

/** A Worker that gives one answer, and notes what it was asked. */
async function answering(t, status, document) {
  const seen = [];
  const server = http.createServer((request, response) => {
    seen.push([request.method, request.url, request.headers.authorization]);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document));
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
    assert.deepEqual(seen.splice(0), [['POST', `/api/v1/reflush?since=${Date.parse(SINCE)}`, 'Bearer full-rights']]);
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
