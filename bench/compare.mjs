// The comparison: all sittings in turn, again and again, so that whatever slows the machine slows everybody.

import { load } from './lib/load.mjs';
import { settingsFor } from './lib/job.mjs';
import { Unavailable } from './lib/installed.mjs';

/** Fans of one load; no two against one server may share any. */
const FANS = 10_000_000;

/**
 * Runs `sittings` `rounds` times. Returns `cells`, one for each subject, mode, number of shards and of connections, with a
 * figure a round, and `unavailable`: who could not be installed here, and why. `say` hears of each figure.
 */
export async function compare(sittings, { rounds, warmup, seconds }, say) {
  const cells = new Map();
  const unavailable = new Map();
  for (let round = 0; round < rounds; round += 1) {
    // There and back, so that who comes first does not always come first.
    for (const sitting of round % 2 === 0 ? sittings : sittings.toReversed()) {
      const { subject, mode, shards } = sitting;
      if (unavailable.has(subject.name)) continue;
      try {
        for await (const { connections, figures } of sit(sitting, { warmup, seconds })) {
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

async function* sit({ subject, mode, shards, connections: numbers }, { warmup, seconds }) {
  const settings = settingsFor(mode);
  const { server, url, end } = await subject.start({ shards, settings });
  try {
    for (const [index, connections] of numbers.entries()) {
      server.forgetPeak();
      const before = server.cpuSeconds();
      const { expected } = subject;
      const summary = await load({ url, settings, expected, connections, warmup, seconds, firstFan: index * FANS });
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
