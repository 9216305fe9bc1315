// `make probe` against servers that are right and wrong in the ways that happen.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import http from 'node:http';
import { test } from 'node:test';

import { inCheckout } from '../lib/checkout.mjs';
import { freePort, HOST } from '../lib/ports.mjs';

const TOKEN = 'theTokenOfTheAccount';

/** Runs it to its end. */
function probe(environment) {
  const child = spawn(process.execPath, [inCheckout('scripts/probe.mjs')], {
    env: { PATH: process.env.PATH, COUNT: '3', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, text })));
}

/** A server for one test. */
async function serving(t, answer) {
  const server = http.createServer(answer);
  await new Promise((resolve) => server.listen(0, HOST, resolve));
  t.after(() => (server.closeAllConnections(), server.close()));
  return `http://${HOST}:${server.address().port}`;
}

/** What fandesk does with a check of the server URL. */
function fandesk(request, response) {
  const query = new URL(request.url, 'http://fandesk').searchParams;
  const parts = [TOKEN, query.get('timestamp'), query.get('nonce')].sort();
  const right = createHash('sha1').update(parts.join('')).digest('hex') === query.get('signature');
  response.statusCode = right ? 200 : 401;
  response.end(right ? query.get('echostr') : 'no');
}

test('a server that answers well is measured, on new connections and on an open one', async (t) => {
  const connections = new Set();
  const url = await serving(t, (request, response) => {
    connections.add(request.socket);
    fandesk(request, response);
  });
  const { code, text } = await probe({ URL: url, TOKEN });
  assert.equal(code, 0, text);
  for (const name of ['connect', 'first byte', 'whole, a new connection', 'whole, an open connection']) {
    assert.match(text, new RegExp(`${name} +[\\d.]+ ms +[\\d.]+ ms +[\\d.]+ ms`), name);
  }
  assert.match(text, /Well within the 5 s/);
  assert.equal(connections.size, 4);
  assert.ok(!text.includes(TOKEN));
});

test('without a token, being refused is right', async (t) => {
  const { code, text } = await probe({ URL: await serving(t, fandesk) });
  assert.equal(code, 0, text);
  assert.match(text, /No TOKEN: it refused what is not signed, which is right/);
});

test('without a token, a server that takes everything is not fandesk', async (t) => {
  const { code, text } = await probe({ URL: await serving(t, (_, response) => response.end('hello')) });
  assert.equal(code, 1, text);
  assert.match(text, /not fandesk, or something changes its answers \(begins with "hello"\)/);
});

test('another token is told from a clock that is off', async (t) => {
  const wrong = await probe({ URL: await serving(t, fandesk), TOKEN: 'another' });
  assert.equal(wrong.code, 1, wrong.text);
  assert.match(wrong.text, /TOKEN is not the Worker’s WECHAT_TOKEN/);
  const slow = await serving(t, (_, response) => {
    response.writeHead(401, { date: new Date(Date.now() + 600_000).toUTCString() });
    response.end();
  });
  const off = await probe({ URL: slow, TOKEN });
  assert.match(off.text, /the clock here is 10 minutes off/);
});

test('a Worker without its settings says which are missing', async (t) => {
  const url = await serving(t, (request, response) => {
    response.statusCode = request.url === '/healthz' ? 503 : 500;
    response.end(JSON.stringify({ ok: false, problems: [{ message: 'WECHAT_TOKEN is not set' }] }));
  });
  const { code, text } = await probe({ URL: url, TOKEN });
  assert.equal(code, 1, text);
  assert.match(text, /the Worker cannot work \(500\):\n {2}WECHAT_TOKEN is not set/);
});

test('redirects, firewalls, relays and other servers are told apart', async (t) => {
  for (const [status, headers, words] of [
    [301, { location: 'https://elsewhere.example.com/' }, /leads elsewhere \(301 to https:\/\/elsewhere/],
    [403, {}, /let \/wechat through/],
    [404, {}, /has nothing at \/wechat/],
    [502, {}, /does not reach it \(502\)/],
    [418, {}, /status 418, which fandesk does not give/],
  ]) {
    const url = await serving(t, (_, response) => response.writeHead(status, headers).end());
    const { code, text } = await probe({ URL: url, TOKEN });
    assert.equal(code, 1, text);
    assert.match(text, words);
  }
});

test('who cannot be reached is said to be so, and why', async () => {
  const nobody = await probe({ URL: `http://${HOST}:${await freePort()}`, TOKEN });
  assert.equal(nobody.code, 1);
  assert.match(nobody.text, /refuses the connection: nothing listens there/);
  const unknown = await probe({ URL: 'https://no-such-name.invalid', TOKEN });
  assert.match(unknown.text, /the name no-such-name.invalid is not known here/);
});

test('what speaks no TLS is told from what does', async (t) => {
  const url = (await serving(t, fandesk)).replace('http:', 'https:');
  const { code, text } = await probe({ URL: url, TOKEN });
  assert.equal(code, 1, text);
  assert.match(text, /does not speak TLS as expected/);
});

test('without an address it says how to give one', async () => {
  for (const URL of [undefined, '', 'desk.example.com', 'ftp://desk.example.com']) {
    const { code, text } = await probe(URL === undefined ? {} : { URL });
    assert.equal(code, 1);
    assert.match(text, /make probe URL=|neither http nor https/);
  }
});
