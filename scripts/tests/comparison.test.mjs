import assert from 'node:assert/strict';
import { test } from 'node:test';

import { plan } from '../../bench/plan.mjs';
import { Figures } from '../../bench/report/figures.mjs';
import { latency, throughput } from '../../bench/report/plot.mjs';
import { figureTables, markdown, plainText } from '../../bench/report/table.mjs';
import { mark, verdicts } from '../../bench/report/verdicts.mjs';

const PLACE = { mode: 'plain', shards: 64, connections: 64 };

const cell = (subject, perSecond, place = PLACE) => ({
  subject,
  ...place,
  rounds: [perSecond].flat().map((rate) => ({
    perSecond: rate,
    ...{ p50: 1000 / rate, p90: 2000 / rate, p99: 4000 / rate, p999: 8000 / rate, cpu: 1, loadCpu: 0.1, peakMiB: 100 },
  })),
});

const judged = (cells, what) => verdicts(new Figures(cells)).find((verdict) => verdict.what === what);

test('a ratio is the median of the rounds, each by itself', () => {
  // The machine was half as fast in the second round, for both.
  const figures = new Figures([cell('fandesk', [100, 50, 90]), cell('hop', [200, 100, 300])]);
  assert.equal(figures.ratio('fandesk', 'hop', 'perSecond', PLACE), 0.5);
});

test('a round in which the other answered nothing has no ratio', () => {
  const ratio = (others) => {
    const figures = new Figures([cell('fandesk', [0, 50]), cell('hop', others)]);
    return figures.ratio('fandesk', 'hop', 'perSecond', PLACE);
  };
  assert.equal(ratio([0, 100]), 0.5);
  assert.equal(ratio([0, 0]), undefined);
});

test('who has no shards is compared at any number of them', () => {
  const figures = new Figures([cell('fandesk', 100), cell('koa', 50, { ...PLACE, shards: null })]);
  assert.equal(figures.ratio('fandesk', 'koa', 'perSecond', PLACE), 2);
  assert.deepEqual(figures.places(), [PLACE]);
});

test('fandesk is held to the better of the two JavaScript peers', () => {
  const cells = [cell('fandesk', 100), cell('js', 50), cell('js-grouped', 125)];
  const { alone, flushing, aim } = judged(cells, 'requests/s to the better of (c)');
  assert.deepEqual({ alone, flushing, aim }, { alone: undefined, flushing: 0.8, aim: 1 });
  assert.equal(mark(flushing, aim), '✗');
});

test('a shorter tail is better, not worse', () => {
  // Its p99 is half of the hop's.
  const { alone, aim } = judged([cell('fandesk-still', 400), cell('hop', 200)], 'p99 to the hop (b)');
  assert.equal(alone, 2);
  assert.equal(mark(alone, aim), '✓');
});

test('safe mode is held to plain mode at the same place', () => {
  const cells = [cell('fandesk', 100), cell('fandesk', 90, { ...PLACE, mode: 'safe' })];
  assert.equal(judged(cells, 'safe mode to plain, requests/s').flushing, 0.9);
});

test('alone, 1.2 times the ungrouped latency is just allowed', () => {
  const alone = { ...PLACE, connections: 1 };
  const slower = (factor) =>
    judged([cell('fandesk', 1200, alone), cell('js', 1200 * factor, alone)], 'p50 alone to (c) ungrouped');
  assert.equal(mark(slower(1.19).flushing, slower(1.19).aim), '✓');
  assert.equal(mark(slower(1.21).flushing, slower(1.21).aim), '✗');
});

test('nothing is judged that was not measured', () => {
  assert.deepEqual(verdicts(new Figures([cell('hop', 1), cell('js', 1)])), []);
});

test('the usual plan covers both modes, all numbers of connections and of shards', () => {
  const places = plan().flatMap(({ subject, mode, shards, connections }) =>
    connections.map((connections) => `${subject.name} ${mode} ${shards} ${connections}`),
  );
  assert.equal(new Set(places).size, places.length);
  for (const place of ['plain 64 1', 'plain 64 64', 'plain 64 256', 'plain 1 64', 'plain 8 64', 'safe 64 64']) {
    for (const subject of ['fandesk', 'js', 'js-grouped']) assert.ok(places.includes(`${subject} ${place}`), place);
  }
  assert.ok(places.includes('koa-grouped safe null 64'));
  assert.ok(!places.some((place) => place.startsWith('hop safe')), 'a floor has no safe mode');
});

test('a plan that was asked for is the product of what was asked', () => {
  const asked = { only: ['fandesk', 'koa'], shards: [1, 8], connections: [64] };
  assert.deepEqual(
    plan(asked).map(({ subject, mode, shards, connections }) => [subject.name, mode, shards, connections]),
    [
      ['fandesk', 'plain', 1, [64]],
      ['koa', 'plain', null, [64]],
      ['fandesk', 'plain', 8, [64]],
    ],
  );
});

test('tables hold the medians, in both forms', () => {
  const [table] = figureTables(new Figures([cell('noop', [5000, 1, 4000]), cell('fandesk', 2000)]));
  assert.match(plainText(table), /no-op Worker +4000 /);
  assert.match(markdown(table), /^\| no-op Worker \| 4000 \| 0\.25 \|/m);
});

test('pictures are SVG whose longest bar fits', () => {
  const figures = new Figures([cell('noop', 4321), cell('hop', 1000), cell('fandesk', 800)]);
  const bars = throughput(figures, PLACE, 'a <note> & more');
  const widths = [...bars.matchAll(/<rect x="250" .*? width="([\d.]+)"/g)].map(([, width]) => Number(width));
  assert.equal(widths.length, 3);
  assert.ok(widths.every((width) => width > 0 && width <= 860 - 250));
  assert.match(bars, /a &lt;note> &amp; more/);
  assert.equal([...latency(figures, PLACE, '').matchAll(/<circle /g)].length, 12);
});
