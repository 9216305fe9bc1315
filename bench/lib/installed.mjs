// Peers' own dependencies: installed on first use into the user's cache, a folder for each content of the files that pin
// them, so that the checkout stays lean and a second run installs nothing.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

import { Refusal } from '../../scripts/lib/refusal.mjs';

const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'fandesk', 'bench');

/** A peer that cannot be installed here; the others can be measured all the same. */
export class Unavailable extends Refusal {}

/**
 * The folder where `install` put what `pins` ask for, on `platform` (a version of what runs it). `install` gets an empty
 * folder, which takes its place by a rename once it is whole.
 */
export function installed(name, pins, platform, install) {
  const hash = createHash('sha256').update(platform);
  for (const pin of pins) hash.update(basename(pin)).update(readFileSync(pin));
  const folder = join(CACHE, `${name}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;

  process.stderr.write(`installing ${name} into ${folder}\n`);
  mkdirSync(CACHE, { recursive: true });
  const made = mkdtempSync(join(CACHE, `.${name}-`));
  try {
    install(made);
    renameSync(made, folder);
  } catch (error) {
    // Another run may have been faster.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return folder;
}

/** Runs an installer. When it fails, its last words are the reason. */
export function execute(command, args, options) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });
  } catch (error) {
    const lines = `${error.stdout ?? ''}${error.stderr ?? ''}`.trim().split('\n');
    throw new Unavailable(`${command} ${args[0]} failed: ${lines.at(-1) || error.message}`);
  }
}
