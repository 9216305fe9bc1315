// Where things are in a checkout, whatever folder a command was started in.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Refusal } from './refusal.mjs';

export const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');

export const inCheckout = (...parts) => join(ROOT, ...parts);

/** The path of a file that `make build` leaves, or one clear line when it did not. */
export function built(path) {
  const absolute = resolve(ROOT, path);
  if (!existsSync(absolute)) throw new Refusal(`${absolute} is missing: run 'make build'`);
  return absolute;
}

/** The simulator's binary, where cargo puts it. */
export function simulatorBinary() {
  const target = process.env.CARGO_TARGET_DIR || 'target';
  const path = resolve(ROOT, target, 'release/wechat-sim');
  if (!existsSync(path)) throw new Refusal(`${path} is missing: run 'make sim', or set NO_SIM=1`);
  return path;
}
