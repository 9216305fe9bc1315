import { afterEach, expect, test, vi } from 'vitest';

import type { Entry } from '../api/types';
import { Thread } from './threads.svelte';

const entry = (id: string, state: 'sending' | 'done'): Entry =>
  ({ id, at: Number(id.split('.')[1]), job: { id: `${id}/m`, state, last_error: null } }) as Entry;
const states = (thread: Thread) => thread.entries.map(({ id, job }) => `${id} ${job?.state}`);

/** An API that answers with these pages, each when `release` says so. */
function answers(...pages: { items: Entry[]; next: string | null }[]): () => void {
  const releases: (() => void)[] = [];
  vi.stubGlobal('fetch', async () => {
    await new Promise<void>((resolve) => releases.push(resolve));
    return Response.json(pages.shift());
  });
  return () => releases.shift()?.();
}

afterEach(() => vi.unstubAllGlobals());

test('an answer that was overtaken by the feed does not set an entry back', async () => {
  const release = answers({ items: [entry('3.1', 'sending'), entry('3.2', 'done')], next: null });
  const thread = new Thread('3.1');
  const loaded = thread.load();
  thread.hear(entry('3.1', 'done'));
  release();
  await loaded;
  expect(states(thread)).toEqual(['3.1 done', '3.2 done']);
  thread.keep(entry('3.2', 'sending'));
  expect(states(thread)).toEqual(['3.1 done', '3.2 done']);
});

test('a page that was asked for after the feed spoke is newer', async () => {
  const release = answers({ items: [entry('3.1', 'done')], next: null });
  const thread = new Thread('3.1');
  thread.hear(entry('3.1', 'sending'));
  const loaded = thread.load();
  release();
  await loaded;
  expect(states(thread)).toEqual(['3.1 done']);
});

test('after a gap that is wider than a page, what was before it is asked for again', async () => {
  const release = answers(
    { items: [entry('3.1', 'done')], next: null },
    { items: [entry('3.80', 'done')], next: '3.80' },
  );
  const thread = new Thread('3.1');
  for (let times = 0; times < 2; times += 1) {
    const loaded = thread.load();
    release();
    await loaded;
  }
  expect(states(thread)).toEqual(['3.80 done']);
  expect(thread.older).toBe('3.80');
});
