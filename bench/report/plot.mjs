// Pictures of the figures, as SVG: a bar a subject, or a line from the median to the slowest with a mark a quantile.

import { SUBJECTS } from '../subjects/index.mjs';

const WIDTH = 860;
const LABELS = 250;
const VALUES = 90;
const ROW = 30;
const TOP = 64;
const BOTTOM = 40;

const INK = '#1f2933';
const FAINT = '#c9d1d9';
const OURS = '#0b8a5d';
const FLOOR = '#9aa5b1';
const PEER = '#4a76a8';

const tone = (name) => {
  if (name.startsWith('fandesk')) return OURS;
  return name === 'noop' || name.startsWith('hop') ? FLOOR : PEER;
};

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const text = (x, y, content, more = '') =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escape(content)}</text>`;

const line = (x1, y1, x2, y2, more) =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" ${more}/>`;

function frame(title, note, rows, axis, drawRow) {
  const bottom = TOP + rows.length * ROW;
  const height = bottom + BOTTOM;
  const parts = [
    text(16, 28, title, 'font-size="17" font-weight="600"'),
    text(16, 48, note, 'font-size="12" fill="#52606d"'),
    ...axis.ticks.map((tick) => line(axis.at(tick), TOP, axis.at(tick), bottom, `stroke="${FAINT}"`)),
    ...axis.ticks.map((tick) =>
      text(axis.at(tick), bottom + 18, axis.format(tick), 'font-size="12" text-anchor="middle" fill="#52606d"'),
    ),
    ...rows.flatMap((row, index) => {
      const middle = TOP + index * ROW + ROW / 2;
      return [text(LABELS - 10, middle + 4, row.label, 'font-size="13" text-anchor="end"'), ...drawRow(row, middle)];
    }),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
    `role="img" aria-label="${escape(title)}" font-family="system-ui, sans-serif" fill="${INK}">\n` +
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>\n${parts.join('\n')}\n</svg>\n`
  );
}

const ROOM = WIDTH - LABELS - VALUES;

/** Steps of 1, 2 or 5 times a power of ten, about five of them. */
function linear(largest) {
  const rough = largest / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
  const ticks = [];
  for (let tick = 0; tick <= largest; tick += step) ticks.push(tick);
  return { ticks, at: (value) => LABELS + (value / largest) * ROOM, format: (tick) => String(Math.round(tick)) };
}

/** Powers of ten, from the one below the smallest to the one above the largest. */
function logarithmic(smallest, largest) {
  const [from, to] = [Math.floor(Math.log10(smallest)), Math.ceil(Math.log10(largest))];
  const ticks = Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
  const at = (value) => LABELS + ((Math.log10(value) - from) / (to - from || 1)) * ROOM;
  return { ticks, at, format: (tick) => `${tick >= 1 ? tick : tick.toFixed(-Math.floor(Math.log10(tick)))} ms` };
}

const measuredAt = (figures, place) => SUBJECTS.filter(({ name }) => figures.cell(name, place));

/** Requests a second of each subject at `place`. */
export function throughput(figures, place, note) {
  const rows = measuredAt(figures, place).map(({ name, label }) => ({
    label,
    tone: tone(name),
    value: figures.value(name, place, 'perSecond'),
  }));
  const axis = linear(Math.max(...rows.map(({ value }) => value)));
  return frame('Callbacks answered a second', note, rows, axis, ({ value, tone }, middle) => {
    const end = axis.at(value);
    const bar = `<rect x="${LABELS}" y="${middle - 9}" width="${(end - LABELS).toFixed(1)}" height="18" fill="${tone}"/>`;
    return [bar, text(end + 6, middle + 4, value.toFixed(0), 'font-size="13"')];
  });
}

const QUANTILES = ['p50', 'p90', 'p99', 'p999'];

/** How long answers took at `place`: median, p90, p99 and p99.9 of each subject, on a logarithmic scale. */
export function latency(figures, place, note) {
  const rows = measuredAt(figures, place).map(({ name, label }) => ({
    label,
    tone: tone(name),
    values: QUANTILES.map((quantile) => figures.value(name, place, quantile)),
  }));
  const all = rows.flatMap(({ values }) => values);
  const axis = logarithmic(Math.min(...all), Math.max(...all));
  return frame('Time to an answer: p50, p90, p99, p99.9', note, rows, axis, ({ values, tone }, middle) => {
    const places = values.map(axis.at);
    const marks = places.map(
      (x, index) => `<circle cx="${x.toFixed(1)}" cy="${middle}" r="${6 - index}" fill="${tone}"/>`,
    );
    const slowest = text(places.at(-1) + 10, middle + 4, `${values.at(-1).toFixed(1)}`, 'font-size="12"');
    return [line(places[0], middle, places.at(-1), middle, `stroke="${tone}" stroke-width="2"`), ...marks, slowest];
  });
}
