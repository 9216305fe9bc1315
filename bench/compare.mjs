// The comparison: all sittings in turn, again and again, so that whatever slows the machine slows everybody.

import { load } from './lib/load.mjs';
import { settingsFor } from './lib/job.mjs';
import { Unavailable } from './lib/installed.mjs';

/** Fans of one load; no two against one server may share any. */
const FANS = 10_000_000;

/**
 * Runs `sittings` `rounds` times. Returns `cells`, one for each subject, mode, number of shards and of connections, with a
 * figure a round, and `unavailable`: who could not be installed here, and why. `times` are seconds: to `heat` a server up, to
 * `warmup` before each measurement, and to measure. `say` hears of each figure.
 */
export async function compare(sittings, { rounds, ...times }, say) {
  const cells = new Map();
  const unavailable = new Map();
  for (let round = 0; round < rounds; round += 1) {
    // There and back, so that who comes first does not always come first.
    for (const sitting of round % 2 === 0 ? sittings : sittings.toReversed()) {
      const { subject, mode, shards } = sitting;
      if (unavailable.has(subject.name)) continue;
      try {
        for await (const { connections, figures } of sit(sitting, times)) {
          const key = JSON.stringify([subject.name, mode, shards, connections]);
          if (!cells.has(key)) cells.set(key, { subject: subject.name, mode, shards, connections, rounds: [] });
          cells.get(key).rounds.push(figures);
          say({ round, subject, mode, shards, connections, figures });
        }
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        unavailable.set(subject.name, error.message);
      }
    }
  }
  return { cells: [...cells.values()], unavailable: Object.fromEntries(unavailable) };
}

/** Connections that heat a server up. */
const HEATING = 64;

/**
 * One start of one subject. It is heated up first, since V8 compiles Wasm and JavaScript quickly, and again, better, what has run
 * for a while: with one connection that would take until after the end.
 */
async function* sit({ subject, mode, shards, connections: numbers }, { heat, warmup, seconds }) {
  const settings = settingsFor(mode);
  const { server, url, end } = await subject.start({ shards, settings });
  const { expected } = subject;
  try {
    await load({ url, settings, expected, connections: HEATING, warmup: 0, seconds: heat, firstFan: 0 });
    for (const [index, connections] of numbers.entries()) {
      server.forgetPeak();
      const before = server.cpuSeconds();
      const firstFan = (index + 1) * FANS;
      const summary = await load({ url, settings, expected, connections, warmup, seconds, firstFan });
      const cpuSeconds = server.cpuSeconds() - before;
      const a1000 = (total) => (total / summary.all_answers) * 1000;
      yield {
        connections,
        figures: {
          answers: summary.answers,
          perSecond: summary.per_second,
          p50: summary.p50_ms,
          p90: summary.p90_ms,
          p99: summary.p99_ms,
          p999: summary.p999_ms,
          max: summary.max_ms,
          cpu: a1000(cpuSeconds),
          loadCpu: a1000(summary.load_cpu_seconds),
          peakMiB: server.peakMiB(),
        },
      };
    }
  } finally {
    await end();
  }
}
