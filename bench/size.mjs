// The size of the Wasm that is uploaded, raw and as `gzip -9` makes it.
//
//   node bench/size.mjs            prints it
//   node bench/size.mjs --check    fails above the limit of budget.json, or when it grew by more than is allowed there
//   node bench/size.mjs --record   makes it the figure to grow from: with a change that is worth its weight
//
// What weighs how much: bench/weight.mjs. Size is start-up time: an isolate compiles all of it before its first answer.

import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { built } from '../scripts/lib/checkout.mjs';
import { Refusal, report } from '../scripts/lib/refusal.mjs';

const BUDGET = fileURLToPath(new URL('budget.json', import.meta.url));

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

function main(flag) {
  const size = measureSize();
  const budget = JSON.parse(readFileSync(BUDGET, 'utf8'));
  process.stdout.write(`${describeSize(size)} (limit ${budget.wasm_gzip_limit_bytes})\n`);
  if (flag === '--record') {
    const recorded = { ...budget, wasm_gzip_recorded_bytes: size.gzip };
    writeFileSync(BUDGET, `${JSON.stringify(recorded, null, 2)}\n`);
    return;
  }
  const wrong = flag === '--check' ? objection(size.gzip, budget) : undefined;
  if (wrong !== undefined) throw new Refusal(`the size of the Wasm is ${wrong}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main(process.argv[2]);
  } catch (error) {
    report(error);
    process.exitCode = 1;
  }
}
