import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { inCheckout } from '../../lib/checkout.mjs';

const SUBJECTS = ['noop', 'hop', 'fandesk', 'fandesk-still', 'js', 'js-grouped'];
const BRIEF = [
  '--shards',
  '2',
  '--connections',
  '8',
  '--rounds',
  '1',
  '--seconds',
  '0.5',
  '--heat',
  '0.2',
  '--warmup',
  '0.1',
];

/** Runs a brief comparison with its temporary files in a folder of its own, and gives its results. */
function bench(t, ...flags) {
  const folder = mkdtempSync(join(tmpdir(), 'fandesk-bench-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const results = join(folder, 'results.json');
  execFileSync(process.execPath, [inCheckout('bench/run.mjs'), ...BRIEF, ...flags, '--results', results], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { folder, cells: JSON.parse(readFileSync(results, 'utf8')).cells };
}

test('every Worker of the comparison answers rightly, and is measured', (t) => {
  const { folder, cells } = bench(t, '--only', SUBJECTS.join(','));
  assert.deepEqual(
    cells.map(({ subject }) => subject),
    SUBJECTS,
  );
  for (const { subject, rounds } of cells) {
    const [figures] = rounds;
    assert.ok(figures.answers > 0, `${subject} answered nothing`);
    for (const name of ['p50', 'cpu', 'peakMiB'])
      assert.ok(figures[name] > 0, `${subject}: ${name} is ${figures[name]}`);
    assert.ok(figures.p50 <= figures.p999, `${subject}: p50 is above p99.9`);
  }
  assert.deepEqual(readdirSync(folder), ['results.json'], 'something was left behind');
});

test('safe mode is measured with sealed callbacks and answers', (t) => {
  const { cells } = bench(t, '--only', 'fandesk,js-grouped', '--mode', 'safe');
  assert.deepEqual(
    cells.map(({ subject, mode }) => [subject, mode]),
    [
      ['fandesk', 'safe'],
      ['js-grouped', 'safe'],
    ],
  );
});

test('a flag that makes no sense is refused in one line', () => {
  const { status, stderr } = spawnSync(process.execPath, [inCheckout('bench/run.mjs'), '--only', 'nobody']);
  assert.equal(status, 1);
  assert.match(String(stderr), /^fandesk: --only nobody: not one of noop, .*\n$/);
});
