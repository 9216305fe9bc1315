// `make bench`: the Worker's size and start-up, then the comparison of the reply path with floors and peers. About ten
// minutes. With flags, a part of it:
//
//   node bench/run.mjs --only fandesk,hop --connections 64 --shards 8 --mode plain --seconds 5 --rounds 3
//
// `--write` brings docs/performance.md up to date with what was measured; `--results path` keeps it elsewhere than in target/.

import '../scripts/lib/node.mjs';
import { parseArgs } from 'node:util';

import { askedToEnd } from '../scripts/lib/children.mjs';
import { Refusal, report } from '../scripts/lib/refusal.mjs';
import { compare } from './compare.mjs';
import { describeDecisions, measureDecisions } from './decisions.mjs';
import { plan } from './plan.mjs';
import { Figures } from './report/figures.mjs';
import { writePage } from './report/page.mjs';
import { figureTables, placeName, plainText, verdictTable } from './report/table.mjs';
import { loadAverage, machine, writeResults } from './results.mjs';
import { describeSize, measureSize } from './size.mjs';
import { describeStartup, measureStartup } from './startup.mjs';
import { SUBJECTS } from './subjects/index.mjs';

const say = (line) => process.stdout.write(`${line}\n`);

const FLAGS = {
  only: { type: 'string' },
  mode: { type: 'string' },
  shards: { type: 'string' },
  connections: { type: 'string' },
  seconds: { type: 'string', default: '1.5' },
  heat: { type: 'string', default: '1.5' },
  warmup: { type: 'string', default: '0.3' },
  rounds: { type: 'string', default: '3' },
  write: { type: 'boolean', default: false },
  results: { type: 'string' },
};

function readFlags() {
  let flags;
  try {
    flags = parseArgs({ options: FLAGS }).values;
  } catch (error) {
    throw new Refusal(error.message);
  }
  return {
    asked: {
      only: names(
        'only',
        flags.only,
        SUBJECTS.map(({ name }) => name),
      ),
      modes: names('mode', flags.mode, ['plain', 'safe']),
      shards: numbers('shards', flags.shards),
      connections: numbers('connections', flags.connections),
    },
    partly: ['only', 'mode', 'shards', 'connections'].some((name) => flags[name] !== undefined),
    rounds: positive('rounds', flags.rounds),
    seconds: positive('seconds', flags.seconds),
    heat: positive('heat', flags.heat),
    warmup: positive('warmup', flags.warmup),
    write: flags.write,
    results: flags.results,
  };
}

function names(flag, text, known) {
  const given = text?.split(',');
  const unknown = given?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Refusal(`--${flag} ${unknown}: not one of ${known.join(', ')}`);
  return given;
}

const numbers = (flag, text) => text?.split(',').map((number) => positive(flag, number));

function positive(flag, text) {
  if (Number(text) > 0) return Number(text);
  throw new Refusal(`--${flag} ${text}: not a number above 0`);
}

async function bench({ asked, partly, write, results: path, ...options }) {
  const before = loadAverage();
  const { model, cpus, memoryGiB, system } = machine();
  say(`machine: ${cpus} × ${model}, ${memoryGiB} GiB, ${system}, load average ${before.toFixed(1)}`);
  if (!partly) {
    say(`\nsize\n  ${describeSize(measureSize())}`);
    say(`\ndecisions: what each step of an answer costs\n${describeDecisions(measureDecisions())}`);
    say('\nstart-up: a fresh workerd to its first answer');
    say(describeStartup(await measureStartup()));
  }
  say('\nreply path: signed callbacks over kept connections');
  const measured = await compare(plan(asked), options, sayFigure);
  const results = {
    at: new Date().toISOString(),
    command: ['node bench/run.mjs', ...process.argv.slice(2)].join(' '),
    machine: machine(),
    loadAverage: { before, after: loadAverage() },
    options,
    ...measured,
  };
  const figures = new Figures(results.cells);
  for (const table of [...figureTables(figures), verdictTable(figures)]) {
    if (table.rows.length > 0) say(`\n${plainText(table)}`);
  }
  for (const [name, why] of Object.entries(results.unavailable)) say(`\n${name} was left out: ${why}`);
  say(`\nresults: ${writeResults(results, path)}`);
  if (write) say(`wrote ${writePage(results)}`);
}

const sayFigure = ({ round, subject, figures, ...place }) =>
  say(
    `  ${String(round + 1).padStart(2)}  ${subject.name.padEnd(13)} ${placeName(place).padEnd(34)} ` +
      `${figures.perSecond.toFixed(0).padStart(5)}/s  p50 ${figures.p50.toFixed(2)}  p99 ${figures.p99.toFixed(2)} ms`,
  );

// What still runs is ended as this process ends (lib/leftovers.mjs).
askedToEnd().then(() => process.exit(130));

try {
  await bench(readFlags());
  process.exit(0);
} catch (error) {
  report(error);
  process.exit(1);
}
