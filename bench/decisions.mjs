// Instructions for each step by which a callback is answered, and how deciding grows with the number of rules; beside them the
// time that each takes here, which is not judged, since it is another one on another machine.
//
//   node bench/decisions.mjs            prints them
//   node bench/decisions.mjs --check    fails when one grew by more than budget.json allows, or when deciding grows with rules
//   node bench/decisions.mjs --record   makes them the figures to grow from: with a change that is worth its cost
//
// What runs is bench/decisions, compiled natively by the Worker's profile and without the processor's instructions for AES
// and SHA-1, which Wasm does not have either. So the figures are no Wasm instructions, but they move as those do. They
// depend on the compiler too, and are recorded with its version: another one has to be recorded anew.

import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

import { ROOT } from '../scripts/lib/checkout.mjs';
import { budgeted } from './lib/budget.mjs';
import { countInstructions, valgrindVersion } from './lib/callgrind.mjs';

/** What 250 times as many rules may cost: far below linear, and room for the deeper search in a wider automaton. */
const GROWTH_WITH_RULES = 3;

const SOFT = '--cfg aes_backend="soft" --cfg sha1_backend="soft"';

/** Builds and runs; a step's name → instructions. */
export function measureDecisions() {
  const program = built();
  const { printed, instructions } = countInstructions(program, [], 'decisions::counted');
  return perStep(printed, instructions);
}

/** Runs on the bare processor; a step's name → nanoseconds, the best of some rounds. */
export function measureTimes() {
  return timePerStep(execFileSync(built(), ['--time'], { encoding: 'utf8' }));
}

export function timePerStep(printed) {
  const lines = printed.trim().split('\n');
  return Object.fromEntries(
    lines.map((line) => {
      const [, nanoseconds, name] = /^(\d+) (.+)$/.exec(line) ?? [];
      if (name === undefined) throw new Error(`no time of a step: ${line}`);
      return [name, Number(nanoseconds)];
    }),
  );
}

function built() {
  valgrindVersion();
  execFileSync('cargo', ['build', '--quiet', '--release', '-p', 'fandesk-decisions'], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, RUSTFLAGS: SOFT },
  });
  return resolve(ROOT, process.env.CARGO_TARGET_DIR || 'target', 'release/decisions');
}

/** The program prints `times N` and then the name of each step; callgrind wrote a total for each. */
export function perStep(printed, totals) {
  const [first, ...names] = printed.trim().split('\n');
  const times = Number(/^times (\d+)$/.exec(first)?.[1]);
  if (!(times > 0) || names.length !== totals.length) {
    throw new Error(`${names.length} steps were run and ${totals.length} counted: does callgrind know the function?`);
  }
  return Object.fromEntries(names.map((name, at) => [name, Math.round(totals[at] / times)]));
}

/** `decide RULES KIND` → kind → [[rules, instructions], …] in rising order. */
function byKind(steps) {
  const kinds = new Map();
  for (const [name, instructions] of Object.entries(steps)) {
    const [, rules, kind] = /^decide (\d+) (\w+)$/.exec(name) ?? [];
    if (kind !== undefined) kinds.set(kind, [...(kinds.get(kind) ?? []), [Number(rules), instructions]]);
  }
  return kinds;
}

const ratio = (points) => points.at(-1)[1] / points[0][1];

export function describeDecisions(steps, times) {
  const amount = (value) => value.toLocaleString('en-US').padStart(10);
  const time = (name) => `${(times[name] / 1000).toFixed(2)} µs`.padStart(12);
  const others = Object.entries(steps).filter(([name]) => !name.startsWith('decide '));
  const lines = others.map(([name, instructions]) => `  ${name.padEnd(18)}${amount(instructions)}${time(name)}`);
  for (const [kind, points] of byKind(steps)) {
    const cells = points.map(([rules, count]) => `${amount(count)}${time(`decide ${rules} ${kind}`)}`).join('');
    lines.push(`  ${`decide: ${kind}`.padEnd(18)}${cells}   × ${ratio(points).toFixed(2)}`);
  }
  const rules = [...byKind(steps).values()][0].map(([rules]) => rules);
  const heading = `instructions and time of each, on this machine; deciding with ${rules.join(', ')} rules`;
  return `  ${heading}\n${lines.join('\n')}`;
}

/** What is wrong with the figures, one line a step. */
export function objections(steps, rustc, budget) {
  const { decisions: recorded, growth_allowed: growth } = budget;
  const renew = 'run `node bench/decisions.mjs --record` and commit bench/budget.json';
  const wrong = [...byKind(steps)]
    .filter(([, points]) => ratio(points) > GROWTH_WITH_RULES)
    .map(([kind, points]) => `decide: ${kind} grows ${ratio(points).toFixed(1)}-fold with the rules`);
  if (recorded?.rustc !== rustc) {
    return [...wrong, `recorded with rustc ${recorded?.rustc}, and this is ${rustc}: compare the two, then ${renew}`];
  }
  for (const name of new Set([...Object.keys(recorded.instructions), ...Object.keys(steps)])) {
    const [before, after] = [recorded.instructions[name], steps[name]];
    if (before === undefined) wrong.push(`${name} is not recorded yet: ${renew}`);
    else if (after === undefined) wrong.push(`${name} is recorded, but was not measured: ${renew}`);
    else if (after > before * (1 + growth)) {
      wrong.push(
        `${name} takes ${after} instructions, ${((after / before - 1) * 100).toFixed(1)} % more than the recorded ` +
          `${before}: make it cheaper, or, if the change is worth it, ${renew}`,
      );
    }
  }
  return wrong;
}

/** Of the compiler that this checkout uses. */
const rustcVersion = () =>
  /^rustc (\S+)/.exec(execFileSync('rustc', ['--version'], { cwd: ROOT, encoding: 'utf8' }))[1];

budgeted(import.meta.url, () => {
  const steps = measureDecisions();
  return {
    describe: () => describeDecisions(steps, measureTimes()),
    recorded: () => ({ decisions: { rustc: rustcVersion(), instructions: steps } }),
    objection: (budget) => {
      const wrong = objections(steps, rustcVersion(), budget);
      return wrong.length > 0 ? `the cost of decisions:\n  ${wrong.join('\n  ')}` : undefined;
    },
  };
});
