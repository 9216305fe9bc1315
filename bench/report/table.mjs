// Figures as tables: for the terminal and for Markdown.

import { SUBJECTS } from '../subjects/index.mjs';
import { mark, verdicts } from './verdicts.mjs';

const COLUMNS = [
  ['requests/s', 'perSecond', 0],
  ['p50 ms', 'p50', 2],
  ['p90 ms', 'p90', 2],
  ['p99 ms', 'p99', 2],
  ['p99.9 ms', 'p999', 2],
  ['CPU s/1000', 'cpu', 2],
  ['peak MiB', 'peakMiB', 0],
  ['load CPU s/1000', 'loadCpu', 2],
];

const count = (number, one) => `${number} ${one}${number === 1 ? '' : 's'}`;

export const placeName = ({ mode, shards, connections }) =>
  [mode, ...(shards === null ? [] : [count(shards, 'shard')]), count(connections, 'connection')].join(', ');

/** A table a place: a row a subject. */
export function figureTables(figures) {
  return figures.places().map((place) => ({
    title: placeName(place),
    head: ['', ...COLUMNS.map(([title]) => title)],
    rows: SUBJECTS.filter(({ name }) => figures.cell(name, place)).map(({ name, label }) => [
      label,
      ...COLUMNS.map(([, metric, digits]) => figures.value(name, place, metric).toFixed(digits)),
    ]),
  }));
}

const shown = (ratio, aim) => (ratio === undefined ? '–' : `${ratio.toFixed(2)} ${mark(ratio, aim)}`.trim());

export const verdictTable = (figures) => ({
  title: 'aims',
  head: ['fandesk’s …', 'at', 'aim', 'reply path alone', 'while flushing'],
  rows: verdicts(figures).map(({ what, where, aim, alone, flushing }) => [
    what,
    placeName(where),
    aim === undefined ? 'told' : `≥ ${aim.toFixed(2)}`,
    shown(alone, aim),
    shown(flushing, aim),
  ]),
});

export function plainText({ title, head, rows }) {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const cell = (text, column) => (column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]));
  return [title, ...lines.map((line) => `  ${line.map(cell).join('  ')}`.trimEnd())].join('\n');
}

export function markdown({ head, rows }) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
