// Instructions under valgrind's callgrind: the same however busy the machine is, and the same again tomorrow.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Refusal } from '../../scripts/lib/refusal.mjs';

/** The version of valgrind. Without it nothing is measured, which must not pass for nothing being wrong. */
export function valgrindVersion() {
  const { error, stdout } = spawnSync('valgrind', ['--version'], { encoding: 'utf8' });
  if (error) throw new Refusal('valgrind is missing, and decisions are measured with it: apt-get install valgrind');
  return stdout.trim();
}

/**
 * Runs a program and returns what it printed and, for each time that it left `counted`, the instructions spent in there.
 * Callgrind knows the function by its whole name.
 */
export function countInstructions(program, args, counted) {
  valgrindVersion();
  const folder = mkdtempSync(join(tmpdir(), 'fandesk-callgrind-'));
  try {
    const printed = execFileSync(
      'valgrind',
      [
        '--quiet',
        '--tool=callgrind',
        `--callgrind-out-file=${join(folder, 'part')}`,
        `--toggle-collect=${counted}`,
        `--dump-after=${counted}`,
        program,
        ...args,
      ],
      // Which of its copies of memcpy glibc takes depends on the processor; with these off it is the same one on most.
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, GLIBC_TUNABLES: BASELINE } },
    );
    return { printed, instructions: partTotals(folder) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const BASELINE = 'glibc.cpu.hwcaps=-AVX2_Usable,-AVX512F_Usable,-ERMS,-AVX2,-AVX512F,-AVX512VL,-EVEX';

/** `part.1`, `part.2` … are what was dumped; `part` is the rest, in which nothing was collected. */
function partTotals(folder) {
  const numbers = readdirSync(folder)
    .map((name) => /^part\.(\d+)$/.exec(name)?.[1])
    .filter((number) => number !== undefined)
    .map(Number)
    .sort((one, other) => one - other);
  return numbers.map((number) => totalOf(readFileSync(join(folder, `part.${number}`), 'utf8')));
}

export function totalOf(part) {
  const total = /^totals: (\d+)$/m.exec(part)?.[1];
  if (total === undefined) throw new Error('a part of callgrind has no totals');
  return Number(total);
}
