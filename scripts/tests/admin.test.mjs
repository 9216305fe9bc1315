// `make admin` as an operator meets it; what an invitation is good for is in the end-to-end tests.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

import { inCheckout } from '../lib/checkout.mjs';

const INVITATION = { token: 't', path: '/#/invitation/t', expires_at: Date.parse('2026-12-01T00:00:00Z') };

/** An API that answers from `answers`, by method and path, and remembers what it was asked. */
async function pretend(answers, use) {
  const asked = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method, url, headers } = request;
    asked.push([method, url, headers.authorization, body && JSON.parse(body)]);
    const [status, answer] = answers[`${method} ${url}`] ?? [404, { error: { message: 'nothing there' } }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use(`http://127.0.0.1:${server.address().port}`, asked);
  } finally {
    server.close();
  }
}

async function admin(environment) {
  const child = spawn(process.execPath, [inCheckout('scripts/admin.mjs')], {
    env: { PATH: process.env.PATH, DEV_VARS: '/nowhere', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.on('data', (data) => (text += data));
  child.stderr.on('data', (data) => (text += data));
  const [code] = await once(child, 'close');
  return { code, text };
}

test('an administrator is made, and the link is printed', async () => {
  const answers = { 'POST /api/v1/people': [201, { person: {}, invitation: INVITATION }] };
  await pretend(answers, async (URL, asked) => {
    const { code, text } = await admin({ URL, LOGIN: 'alice', NAME: '艾丽丝', TOKEN: 'full-rights' });
    assert.equal(code, 0, text);
    assert.match(text, new RegExp(`${URL}/#/invitation/t`));
    const person = { login: 'alice', name: '艾丽丝', role: 'admin', teams: ['desk'] };
    assert.deepEqual(asked, [['POST', '/api/v1/people', 'Bearer full-rights', person]]);
  });
});

test('somebody who is there already gets another link and is an administrator again', async () => {
  const answers = {
    'POST /api/v1/accounts/school/people': [409, { error: { message: 'another person has this login' } }],
    'GET /api/v1/accounts/school/people': [200, { items: [{ id: 'p1', login: 'alice' }], next: null }],
    'PUT /api/v1/accounts/school/people/p1': [200, {}],
    'POST /api/v1/accounts/school/people/p1/invitation': [201, INVITATION],
  };
  await pretend(answers, async (URL, asked) => {
    const { code, text } = await admin({ URL, LOGIN: 'Alice', TOKEN: 'x', ACCOUNT: 'school' });
    assert.equal(code, 0, text);
    assert.match(text, /invitation\/t/);
    assert.deepEqual(asked[2][3], { role: 'admin', active: true });
  });
});

test('what is wrong is one line with the field', async () => {
  const error = { code: 'invalid', field: 'login', message: 'login has 2 to 64 characters' };
  await pretend({ 'POST /api/v1/people': [422, { error }] }, async (URL) => {
    const { code, text } = await admin({ URL, LOGIN: 'a', TOKEN: 'x' });
    assert.equal(code, 1);
    assert.equal(text, 'fandesk: login: login has 2 to 64 characters\n');
  });
});

test('a local one is asked with the token in .dev.vars', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fandesk-admin-'));
  const DEV_VARS = join(folder, 'vars');
  writeFileSync(DEV_VARS, 'FANDESK_ADMIN_TOKEN=from-the-file\n');
  const answers = { 'POST /api/v1/people': [201, { person: {}, invitation: INVITATION }] };
  try {
    await pretend(answers, async (URL, asked) => {
      const { code, text } = await admin({ URL, LOGIN: 'alice', DEV_VARS });
      assert.equal(code, 0, text);
      assert.equal(asked[0][2], 'Bearer from-the-file');
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('without a login or a token it says what is needed', async () => {
  assert.match((await admin({ TOKEN: 'x' })).text, /LOGIN is needed: make admin LOGIN=/);
  assert.match((await admin({ LOGIN: 'alice' })).text, /TOKEN=<FANDESK_ADMIN_TOKEN> is needed/);
  assert.match((await admin({ LOGIN: 'alice', URL: 'desk', TOKEN: 'x' })).text, /URL=desk is no address/);
});
