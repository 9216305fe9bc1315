// `node bench/report/page.mjs [results.json]`: writes the figures of a run into docs/performance.md, between its two marks,
// and draws its pictures. What stands outside of the marks is written by people.

import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

import { inCheckout } from '../../scripts/lib/checkout.mjs';
import { Refusal, report } from '../../scripts/lib/refusal.mjs';
import { CONNECTIONS, SHARDS } from '../plan.mjs';
import { readResults } from '../results.mjs';
import { Figures } from './figures.mjs';
import { latency, throughput } from './plot.mjs';
import { figureTables, markdown, placeName, verdictTable } from './table.mjs';

const PAGE = inCheckout('docs/performance.md');
const BEGIN = '<!-- figures: written by `node bench/report/page.mjs` -->';
const END = '<!-- end of figures -->';

const PICTURES = [
  ['performance-throughput.svg', 'Callbacks answered a second, by subject', throughput],
  ['performance-latency.svg', 'Time to an answer, by subject', latency],
];

export function writePage(results) {
  const page = readFileSync(PAGE, 'utf8');
  const [before, rest] = cut(page, BEGIN);
  const [, after] = cut(rest, END);
  const figures = new Figures(results.cells);
  const place = { mode: 'plain', shards: SHARDS, connections: CONNECTIONS };
  const drawn = figures.cell('fandesk', place) ? PICTURES : [];
  for (const [file, , draw] of drawn) {
    writeFileSync(inCheckout('docs/images', file), draw(figures, place, placeName(place)));
  }
  writeFileSync(PAGE, `${before}${BEGIN}\n\n${body(results, figures, drawn)}\n\n${END}${after}`);
  return PAGE;
}

function cut(text, mark) {
  const place = text.indexOf(mark);
  if (place < 0) throw new Refusal(`${PAGE}: the line ${mark} is missing`);
  return [text.slice(0, place), text.slice(place + mark.length)];
}

function body(results, figures, pictures) {
  const { title, ...aims } = verdictTable(figures);
  return [
    described(results),
    ...pictures.map(([file, alt]) => `![${alt}](images/${file})`),
    ...(aims.rows.length === 0 ? [] : [`### The ${title}`, markdown(aims)]),
    ...figureTables(figures).flatMap((table) => [`### ${capital(table.title)}`, markdown(table)]),
  ].join('\n\n');
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

function described({ machine, at, loadAverage, options, unavailable, command }) {
  const { rounds, seconds, heat } = options;
  const missing = Object.entries(unavailable).map(([name, why]) => ` ${name} could not be installed (${why}).`);
  return (
    `Measured ${at.slice(0, 10)} with \`${command}\` on ${machine.cpus} × ${machine.model}, ${machine.memoryGiB} GiB, ` +
    `${machine.system}; Node ${machine.node}, workerd ${machine.workerd}. ` +
    `Rounds: ${rounds}, each ${seconds} s after a server was heated up for ${heat} s; a figure is the median of its rounds. ` +
    `Load average of the machine ${loadAverage.before.toFixed(1)} before and ${loadAverage.after.toFixed(1)} at the end.` +
    missing.join('')
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    process.stdout.write(`wrote ${writePage(readResults(process.argv[2]))}\n`);
  } catch (error) {
    report(error);
    process.exitCode = 1;
  }
}
