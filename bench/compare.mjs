// The comparison.
import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { inCheckout } from '../scripts/lib/checkout.mjs';
import { settingsFor } from './lib/job.mjs';
import { fandesk, fandeskStill } from './subjects/fandesk.mjs';
import { hop, hopFetch, noop } from './subjects/floors.mjs';
import { javascriptGrouped, javascriptSingle } from './subjects/javascript.mjs';
import { gunicorn, uvicorn } from './subjects/wechatpy.mjs';
import { koa, koaGrouped } from './subjects/koa.mjs';
import { median } from './lib/statistics.mjs';

const SUBJECTS = [
  noop,
  hop,
  hopFetch,
  fandesk,
  fandeskStill,
  javascriptSingle,
  javascriptGrouped,
  gunicorn,
  uvicorn,
  koa,
  koaGrouped,
];
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    connections: { type: 'string', default: '1,64,256' },
    shards: { type: 'string', default: '64' },
    mode: { type: 'string', default: 'plain' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
  },
});
const list = (t) => t.split(',');
const chosen = values.only ? SUBJECTS.filter(({ name }) => list(values.only).includes(name)) : SUBJECTS;
const run = promisify(execFile);
const load = inCheckout('target/tool/fandesk-load');
const settings = settingsFor(values.mode);
const results = new Map();
for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const shards of list(values.shards))
    for (const subject of chosen) {
      const server = await subject.start({ shards: Number(shards), settings });
      try {
        let fan = 0;
        for (const connections of list(values.connections)) {
          server.server.forgetPeak();
          const before = server.server.cpuSeconds();
          const safe =
            values.mode === 'safe' ? ['--aes-key', settings.WECHAT_AES_KEY, '--app-id', settings.WECHAT_APP_ID] : [];
          const warmup = 1;
          const { stdout } = await run(load, [
            '--url',
            server.url,
            '--connections',
            connections,
            '--warmup',
            String(warmup),
            '--seconds',
            values.seconds,
            '--token',
            settings.WECHAT_TOKEN,
            '--first-fan',
            String(fan),
            ...safe,
            ...subject.expected,
          ]);
          const answer = JSON.parse(stdout);
          fan += 1_000_000;
          answer.cpu =
            ((server.server.cpuSeconds() - before) / (Number(values.seconds) + warmup) / answer.per_second) * 1000;
          answer.mib = server.server.peakMiB();
          const key = `${subject.name.padEnd(14)} shards ${shards.padStart(2)} c ${connections.padStart(3)}`;
          if (!results.has(key)) results.set(key, []);
          results.get(key).push(answer);
          process.stderr.write(
            `${key} ${answer.per_second.toFixed(0)}/s p50 ${answer.p50_ms.toFixed(2)} p99 ${answer.p99_ms.toFixed(2)}\n`,
          );
        }
      } finally {
        await server.end();
      }
    }
}
for (const [key, answers] of results) {
  const m = (f, d = 2) => median(answers.map((a) => a[f])).toFixed(d);
  console.log(
    `${key}: ${m('per_second', 0).padStart(6)}/s  p50 ${m('p50_ms')} p90 ${m('p90_ms')} p99 ${m('p99_ms')} p99.9 ${m('p999_ms')} ms  cpu/1000 ${m('cpu')} s  peak ${m('mib', 0)} MiB  load cpu ${m('load_cpu_seconds')}`,
  );
}
