// The size of the Wasm that is uploaded, raw and as `gzip -9` makes it.
//
//   node bench/size.mjs            prints it
//   node bench/size.mjs --check    fails above the limit of budget.json, or when it grew by more than is allowed there
//   node bench/size.mjs --record   makes it the figure to grow from: with a change that is worth its weight
//
// What weighs how much: bench/weight.mjs. Size is start-up time: an isolate compiles all of it before its first answer.

import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';

import { built } from '../scripts/lib/checkout.mjs';
import { budgeted } from './lib/budget.mjs';

export function measureSize() {
  const path = built('build/index_bg.wasm');
  const raw = statSync(path).size;
  const gzip = execFileSync('gzip', ['-9', '-n', '-c', path], { maxBuffer: 64 * 1024 * 1024 }).length;
  return { raw, gzip };
}

export const describeSize = ({ raw, gzip }) => `Wasm: ${raw} bytes, ${gzip} gzipped`;

/** What is wrong with the size, if anything is. */
export function objection(gzip, budget) {
  const { wasm_gzip_limit_bytes: limit, wasm_gzip_recorded_bytes: recorded, growth_allowed: growth } = budget;
  if (gzip > limit) return `over the limit of ${limit} by ${gzip - limit} bytes`;
  if (recorded === 0) return 'not recorded yet: run `node bench/size.mjs --record` and commit bench/budget.json';
  const grown = Math.floor(recorded * (1 + growth));
  if (gzip > grown) {
    return (
      `up by more than ${growth * 100} % since ${recorded} was recorded: make it smaller, or, if the change is ` +
      'worth it, run `node bench/size.mjs --record` and commit bench/budget.json with it'
    );
  }
  return undefined;
}

budgeted(import.meta.url, () => {
  const size = measureSize();
  return {
    describe: (budget) => `${describeSize(size)} (limit ${budget.wasm_gzip_limit_bytes})`,
    recorded: () => ({ wasm_gzip_recorded_bytes: size.gzip }),
    objection: (budget) => {
      const wrong = objection(size.gzip, budget);
      return wrong && `the size of the Wasm is ${wrong}`;
    },
  };
});
