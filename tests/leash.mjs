// Loaded before the launcher: ends it when standard input does, and so with the test that holds the other end, however
// that one ends. The state folder goes with it then, unless the line `keep` came before.

import { rmSync } from 'node:fs';

let lastWords = '';
let orphaned = false;

process.stdin.setEncoding('utf8');
process.stdin.on('data', (words) => (lastWords += words));
process.stdin.on('end', () => {
  orphaned = lastWords.trim() !== 'keep';
  process.kill(process.pid, 'SIGTERM');
});
process.on('exit', () => {
  if (orphaned) rmSync(process.env.STATE_DIR, { recursive: true, force: true });
});
