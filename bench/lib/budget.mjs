// What a measurement may come to, and the command that holds it to that: budget.json has limits, and figures to grow from.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { Refusal, report } from '../../scripts/lib/refusal.mjs';

const BUDGET = fileURLToPath(new URL('../budget.json', import.meta.url));

/**
 * Runs the module at `url`, if that is what node was started with, as a command that prints what it measured. With `--record` the
 * figures become those to grow from, with `--check` it fails when there is an objection to them.
 *
 * `measure` returns three functions of the budget: what to print, which of the budget's entries the figures replace, and
 * what is wrong with them, undefined when nothing is.
 */
export function budgeted(url, measure) {
  if (process.argv[1] !== fileURLToPath(url)) return;
  try {
    judge(process.argv[2], measure());
  } catch (error) {
    report(error);
    process.exitCode = 1;
  }
}

function judge(flag, { describe, recorded, objection }) {
  const budget = JSON.parse(readFileSync(BUDGET, 'utf8'));
  process.stdout.write(`${describe(budget)}\n`);
  if (flag === '--record') {
    writeFileSync(BUDGET, `${JSON.stringify({ ...budget, ...recorded(budget) }, null, 2)}\n`);
    return;
  }
  const wrong = flag === '--check' ? objection(budget) : undefined;
  if (wrong !== undefined) throw new Refusal(wrong);
}
