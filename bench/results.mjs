// The results of a run, kept for the page and for whoever wants to look closer. Not committed.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { dirname, resolve } from 'node:path';

import { ROOT } from '../scripts/lib/checkout.mjs';
import { Refusal } from '../scripts/lib/refusal.mjs';

const PLACE = resolve(ROOT, process.env.CARGO_TARGET_DIR || 'target', 'bench/results.json');

export function machine() {
  const { version } = createRequire(import.meta.url)('workerd/package.json');
  return {
    cpus: cpus().length,
    model: cpus()[0].model.trim(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    workerd: version,
  };
}

export const loadAverage = () => loadavg()[0];

export function writeResults(results, path = PLACE) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(results, null, 1)}\n`);
  return path;
}

export function readResults(path = PLACE) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Refusal(`${path} has no results (${error.message}): run 'make bench'`);
  }
}
