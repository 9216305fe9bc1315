// `make endurance`: a million callbacks through one instance of fandesk under `make serve`, in equal parts. What one that
// leaks or slows down would show: memory and latency of each part, and the last beside the first.
//
//   node bench/endurance.mjs --callbacks 1000000 --parts 20 --connections 64 --shards 64

import '../scripts/lib/node.mjs';
import { parseArgs } from 'node:util';

import { askedToEnd } from '../scripts/lib/children.mjs';
import { report } from '../scripts/lib/refusal.mjs';
import { REPLY } from './lib/job.mjs';
import { load } from './lib/load.mjs';
import { serve } from './lib/served.mjs';

const say = (line) => process.stdout.write(`${line}\n`);

const A_DAY = 86_400;

const { values: flags } = parseArgs({
  options: {
    callbacks: { type: 'string', default: '1000000' },
    parts: { type: 'string', default: '20' },
    connections: { type: 'string', default: '64' },
    shards: { type: 'string', default: '64' },
  },
});

async function endure({ callbacks, parts, connections, shards }) {
  const { server, url, settings, end } = await serve(shards);
  try {
    const fans = Math.ceil(callbacks / parts);
    const run = [];
    for (let part = 0; part < parts; part += 1) {
      const expected = { reply: REPLY };
      const target = { url: `${url}/wechat`, settings, expected, connections };
      const { per_second, p50_ms, p99_ms } = await load({ ...target, seconds: A_DAY, fans, firstFan: part * fans });
      const memory = server.residentMiB();
      run.push({ per_second, p50_ms, p99_ms, memory });
      say(
        `${String((part + 1) * fans).padStart(9)} callbacks  ${per_second.toFixed(0).padStart(6)}/s  ` +
          `p50 ${p50_ms.toFixed(1)}  p99 ${p99_ms.toFixed(1)} ms  ${memory.toFixed(0)} MiB`,
      );
    }
    const [first, last] = [run.at(0), run.at(-1)];
    const ratio = (name) => (last[name] / first[name]).toFixed(2);
    say(
      `last part to first: rate ${ratio('per_second')}, p50 ${ratio('p50_ms')}, p99 ${ratio('p99_ms')}, memory ${ratio('memory')}`,
    );
  } finally {
    await end();
  }
}

askedToEnd().then(() => process.exit(130));

try {
  const given = Object.entries(flags).map(([name, text]) => [name, Number(text)]);
  await endure(Object.fromEntries(given));
  process.exit(0);
} catch (error) {
  report(error);
  process.exit(1);
}
