// The relays by themselves, in front of servers that note what reaches them. End to end they are in built/relay.test.mjs.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { request } from 'node:http';
import { test } from 'node:test';

import { freePort, HOST } from '../lib/ports.mjs';
import { Relays, wantInstalled } from './relay/nginx.mjs';

const TOKEN = 'the-token-of-the-relay';
const ACCESS_TOKEN = '99_anAccessTokenThatNobodyMayRead';

wantInstalled();

/** A server that notes requests as they come, to the byte. */
async function noting(port) {
  const seen = [];
  const server = createServer(async (incoming, response) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    seen.push({ method: incoming.method, url: incoming.url, headers: incoming.headers, body: Buffer.concat(chunks) });
    response.end('{"errcode":0}');
  });
  await new Promise((resolve) => server.listen(port, HOST, resolve));
  return { seen, stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))) };
}

/** The path goes out as it is written here, which `fetch` would not do. */
function send(origin, { method = 'POST', path, headers = {}, body }) {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path, headers }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode, text });
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

test('the relays', async (t) => {
  const [simulatorPort, workerPort] = [await freePort(), await freePort()];
  const relays = await Relays.start({ simulatorPort, workerPort, relayToken: TOKEN });
  const wechat = await noting(simulatorPort);
  const worker = await noting(workerPort);
  const bearer = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const path = `/cgi-bin/message/custom/send?access_token=${ACCESS_TOKEN}`;

  await t.test('the inbound one keeps query and body byte for byte', async () => {
    const query = '/wechat?signature=aB%2f%2F+x&nonce=1&nonce=%e4%BD%a0&echostr=%20a+b&timestamp=1&empty=&%';
    const body = Buffer.from([0x3c, 0xff, 0x00, 0x0d, 0x0a, 0xe4, 0xbd, 0xa0, 0x26, 0x3e]);
    const answer = await send(relays.inbound, { path: query, body, headers: { 'content-type': 'text/xml' } });
    assert.equal(answer.status, 200);
    const [{ url, body: arrived, method, headers }] = worker.seen.splice(0);
    assert.deepEqual([method, url, headers['content-type']], ['POST', query, 'text/xml']);
    assert.ok(arrived.equals(body));
  });

  await t.test('the inbound one leaves it to the Worker to refuse what is too large', async () => {
    const body = Buffer.alloc(300 * 1024, 'x');
    await send(relays.inbound, { path: '/wechat?a=1', body });
    assert.equal(worker.seen.splice(0)[0].body.length, body.length);
  });

  await t.test('nothing of the Worker but the callback is reachable through the inbound one', async () => {
    await send(relays.inbound, { method: 'GET', path: '/wechat/a-second-account?echostr=1' });
    assert.equal(worker.seen.splice(0)[0].url, '/wechat/a-second-account?echostr=1');
    for (const other of ['/', '/api/v1/events', '/healthz', '/wechat/../api/v1/events', '/wechat/a/b']) {
      assert.equal((await send(relays.inbound, { method: 'GET', path: other })).status, 404, other);
    }
    assert.deepEqual(worker.seen, []);
  });

  await t.test('the outbound one passes a call on, without its own token', async () => {
    const body = '{"touser":"oFan","text":{"content":"你好"}}';
    assert.equal((await send(relays.outbound, { path, headers: bearer, body })).text, '{"errcode":0}');
    const [{ url, headers, body: arrived }] = wechat.seen.splice(0);
    assert.equal(url, path);
    assert.equal(arrived.toString(), body);
    assert.equal(headers.authorization, undefined);
  });

  await t.test('the outbound one takes a picture of 10 MB', async () => {
    const body = Buffer.alloc(10 * 1024 * 1024, 7);
    const upload = `/cgi-bin/media/upload?type=image&access_token=${ACCESS_TOKEN}`;
    assert.equal((await send(relays.outbound, { path: upload, headers: bearer, body })).status, 200);
    assert.equal(wechat.seen.splice(0)[0].body.length, body.length);
  });

  await t.test('without the token, with another, or for another path, WeChat is not asked', async () => {
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: TOKEN },
      { authorization: `Bearer ${TOKEN}x` },
    ]) {
      assert.equal((await send(relays.outbound, { path, headers })).status, 401);
    }
    for (const other of [
      '/',
      '/cgi-bin',
      '/other/cgi-bin/token',
      '/cgi-bin/../other',
      '//evil.example.com/cgi-bin/token',
    ]) {
      assert.equal((await send(relays.outbound, { method: 'GET', path: other, headers: bearer })).status, 404, other);
    }
    assert.deepEqual(wechat.seen, []);
  });

  await t.test('when WeChat or the Worker is away, the status says so, and no log tells a secret', async () => {
    await wechat.stop();
    await worker.stop();
    assert.equal((await send(relays.outbound, { path, headers: bearer, body: '{}' })).status, 502);
    const callback = '/wechat?signature=aSignature&openid=oAFanWhoseNameIsNobodysBusiness';
    assert.equal((await send(relays.inbound, { path: callback, body: '<xml/>' })).status, 502);
    const unreachable = /POST \/cgi-bin\/message\/custom\/send 502 .* wechat=502/;
    const away = /POST \/wechat 502 .* worker=502/;
    const { outbound, inbound, error } = await relays.logsOnce(
      (logs) => unreachable.test(logs.outbound) && away.test(logs.inbound),
    );
    assert.match(outbound, unreachable);
    assert.match(outbound, /POST \/cgi-bin\/message\/custom\/send 401 .* wechat=- /);
    assert.match(inbound, away);
    for (const secret of [TOKEN, ACCESS_TOKEN, 'access_token', 'aSignature', 'oAFan', 'oFan']) {
      assert.ok(!`${outbound}${inbound}${error}`.includes(secret), secret);
    }
  });

  await relays.stop();
});
