import assert from 'node:assert/strict';
import { test } from 'node:test';

import { median, quantile } from '../../bench/lib/statistics.mjs';
import { objection } from '../../bench/size.mjs';

const BUDGET = { wasm_gzip_limit_bytes: 1000, wasm_gzip_recorded_bytes: 500, growth_allowed: 0.1 };

test('a Wasm within its budget is let through', () => {
  assert.equal(objection(550, BUDGET), undefined);
});

test('a Wasm that grew by more than is allowed is not', () => {
  assert.match(objection(551, BUDGET), /up by more than 10 %/);
});

test('a size to grow from has to be recorded first', () => {
  assert.match(objection(1, { ...BUDGET, wasm_gzip_recorded_bytes: 0 }), /not recorded yet/);
});

test('a Wasm above the limit is not, however it got there', () => {
  assert.match(objection(1001, { ...BUDGET, wasm_gzip_recorded_bytes: 1000 }), /over the limit of 1000 by 1 bytes/);
});

test('quantiles are values of the sample', () => {
  const sample = [5, 1, 4, 2, 3];
  assert.equal(median(sample), 3);
  assert.equal(quantile(sample, 0.9), 5);
  assert.equal(quantile(sample, 0), 1);
});

test('a quantile leaves the sample in its order', () => {
  const sample = [3, 1, 2];
  median(sample);
  assert.deepEqual(sample, [3, 1, 2]);
});
