import { afterEach, expect, test, vi } from 'vitest';

import { exchange, get, remove } from './client';
import { ApiError } from './errors';

const asked: { url: string; method: string | undefined; headers: Record<string, string> }[] = [];

/** The server answers this, whatever it is asked. */
function answer(status: number, body: string, headers: Record<string, string> = {}): void {
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push({ url, method: init.method, headers: init.headers as Record<string, string> });
    return new Response(body, { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers } });
  });
}

afterEach(() => {
  vi.unstubAllGlobals();
  asked.length = 0;
});

test('a document that is JSON comes as it was put, with its version', async () => {
  answer(200, '{ "default":  {} }', { etag: '"7"' });
  const { body, headers } = await exchange<string>('GET', '/playbook', { asText: true });
  expect([body, headers.get('etag')]).toEqual(['{ "default":  {} }', '"7"']);
});

test('a mistake in a document has its line, also where a document was wanted', async () => {
  answer(422, '{"error":{"code":"invalid","message":"unknown field","field":"rule[0].replay","line":5}}');
  const error = await exchange('GET', '/playbook', { asText: true }).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 422, message: 'unknown field', field: 'rule[0].replay', line: 5 });
});

test('what is of the deployment is asked for outside the account of the page', async () => {
  vi.stubGlobal('location', { search: '?account=shop' });
  answer(200, '{"items":[],"next":null}');
  await get('/accounts', {}, { everywhere: true });
  await get('/jobs', { state: 'dead', after: null });
  expect(asked.map(({ url }) => url)).toEqual(['/api/v1/accounts', '/api/v1/accounts/shop/jobs?state=dead']);
});

test('what is thrown away may say which revision it means', async () => {
  answer(200, '{}');
  await remove('/playbook/draft', undefined, { headers: { 'if-match': '"3"' } });
  expect(asked[0]).toMatchObject({ method: 'DELETE', headers: { 'if-match': '"3"' } });
});
