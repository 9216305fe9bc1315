// What must not be left behind, however this process ends: folders with state, and servers that are still running.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const leftovers = new Map();

/** Clears away `what` with `clear`, which may not wait for anything, if this process ends before `forget(what)`. */
export const remember = (what, clear) => leftovers.set(what, clear);
export const forget = (what) => leftovers.delete(what);

/** A fresh folder, for as long as it is wanted. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'fandesk-bench-'));
  remember(folder, () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  forget(folder);
}

// Newest first: a server goes before the folder that it writes to.
process.on('exit', () => {
  for (const clear of [...leftovers.values()].reverse()) {
    try {
      clear();
    } catch (error) {
      process.stderr.write(`fandesk: not cleared away: ${error.message}\n`);
    }
  }
});
