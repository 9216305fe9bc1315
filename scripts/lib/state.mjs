// The folder of a run's state. Two workerds on one folder would corrupt it, so a run leaves its mark there.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Refusal } from './refusal.mjs';

/** Takes the folder, made if need be, and returns how to give it back. */
export function takeState(folder) {
  const mark = join(folder, 'in-use-by');
  mkdirSync(folder, { recursive: true });
  const owner = readMark(mark);
  if (owner !== undefined && isLauncher(owner)) {
    throw new Refusal(`${folder} is in use by process ${owner}: end it, or set STATE_DIR to another folder`);
  }
  writeFileSync(mark, `${process.pid}\n`);
  return () => rmSync(mark, { force: true });
}

function readMark(mark) {
  try {
    return Number(readFileSync(mark, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A mark of a run that was killed stays behind, and its number may have gone to another program since. */
function isLauncher(pid) {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return /(serve|dev)\.mjs/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    // No such file system here: the number alone decides.
    return true;
  }
}
