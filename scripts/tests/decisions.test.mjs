import assert from 'node:assert/strict';
import { test } from 'node:test';

import { describeDecisions, objections, perStep, timePerStep } from '../../bench/decisions.mjs';
import { totalOf } from '../../bench/lib/callgrind.mjs';

const STEPS = { parse: 1000, 'decide 200 exact': 100, 'decide 50000 exact': 120 };
const budget = (instructions) => ({ growth_allowed: 0.1, decisions: { rustc: '1.95.0', instructions } });

test('steps within their budgets are let through', () => {
  assert.deepEqual(objections({ ...STEPS, parse: 1100 }, '1.95.0', budget(STEPS)), []);
});

test('a step that grew by more than is allowed is named', () => {
  const [wrong, ...others] = objections({ ...STEPS, parse: 1101 }, '1.95.0', budget(STEPS));
  assert.match(wrong, /^parse takes 1101 instructions, 10\.1 % more than the recorded 1000/);
  assert.deepEqual(others, []);
});

test('a step that nobody recorded cannot slip in, nor one that is recorded slip out', () => {
  const { parse, ...rest } = STEPS;
  assert.match(objections(STEPS, '1.95.0', budget(rest))[0], /^parse is not recorded yet/);
  assert.match(objections(rest, '1.95.0', budget({ parse, ...rest }))[0], /^parse is recorded, but was not measured/);
});

test('figures of another compiler are not compared', () => {
  const [wrong, ...others] = objections({ ...STEPS, parse: 9999 }, '1.96.0', budget(STEPS));
  assert.match(wrong, /recorded with rustc 1\.95\.0, and this is 1\.96\.0/);
  assert.deepEqual(others, []);
});

test('a decision that grows with the rules is refused, whatever was recorded', () => {
  const slow = { 'decide 200 exact': 100, 'decide 5000 exact': 200, 'decide 50000 exact': 301 };
  assert.match(objections(slow, '1.95.0', budget(slow))[0], /^decide: exact grows 3\.0-fold with the rules/);
});

test('what callgrind counted is divided by how often each step ran', () => {
  assert.deepEqual(perStep('times 100\nparse\ndecide 200 exact\n', [271_650, 67_000]), {
    parse: 2717,
    'decide 200 exact': 670,
  });
});

test('instructions and time stand side by side, and growth is that of instructions', () => {
  const times = timePerStep('1234 parse\n2000 decide 200 exact\n9000 decide 50000 exact\n');
  const [, parse, exact] = describeDecisions(STEPS, times).split('\n');
  assert.match(parse, /parse +1,000 +1\.23 µs$/);
  assert.match(exact, /decide: exact +100 +2\.00 µs +120 +9\.00 µs +× 1\.20$/);
});

test('a time that cannot be read is no time', () => {
  assert.throws(() => timePerStep('times 100\nparse\n'), /no time of a step: times 100/);
});

test('a step that callgrind did not see is no step without cost', () => {
  assert.throws(() => perStep('times 100\nparse\n', []), /1 steps were run and 0 counted/);
});

test('a part of callgrind tells its total', () => {
  assert.equal(totalOf('version: 1\nevents: Ir\nsummary: 12\n\ntotals: 724813\n'), 724_813);
  assert.throws(() => totalOf('version: 1\n'), /no totals/);
});
