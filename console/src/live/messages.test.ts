import { expect, test } from 'vitest';

import { readMessage } from './messages';

test('what a newer server says, and what is no message, is passed over', () => {
  expect(readMessage('{"type":"agent","n":3,"agent":{}}')).toEqual({ type: 'agent', n: 3, agent: {} });
  expect(readMessage('{"type":"typing","conversation":"3.1"}')).not.toBeNull();
  for (const text of ['', 'pong', 'null', '[]', '{"n":1}', '{"type":"weather","n":1}', '{"type":"toString","n":1}']) {
    expect(readMessage(text), text).toBeNull();
  }
});

test('what has no place in the feed is no news', () => {
  expect(readMessage('{"type":"conversation","conversation":{}}')).toBeNull();
});
