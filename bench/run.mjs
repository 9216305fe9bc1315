// `make bench`: all measurements of this folder, each beside a floor of the same run. About a minute.

import '../scripts/lib/node.mjs';
import { cpus, totalmem } from 'node:os';

import { report } from '../scripts/lib/refusal.mjs';
import { describeDecisions, measureDecisions } from './decisions.mjs';
import { describeLatency, measureLatency } from './latency.mjs';
import { describeSize, measureSize } from './size.mjs';
import { describeStartup, measureStartup } from './startup.mjs';

const say = (line) => process.stdout.write(`${line}\n`);

try {
  const [{ model }] = cpus();
  say(`machine: ${cpus().length} × ${model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${process.platform}`);
  say(`\nsize\n  ${describeSize(measureSize())}`);
  say(`\ndecisions: what each step of an answer costs\n${describeDecisions(measureDecisions())}`);
  say('\nstart-up: a fresh workerd to its first answer');
  say(describeStartup(await measureStartup()));
  say('\nlatency: callbacks one after another, until the answer has been read');
  say(describeLatency(await measureLatency()));
  // Miniflare keeps a handle or two open.
  process.exit(0);
} catch (error) {
  report(error);
  process.exit(1);
}
