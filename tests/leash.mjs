// Loaded before the launcher: ends it when standard input does, and so with the test that holds the other end, however
// that one ends. The state folder goes with it, unless the line `keep` came before.

import { rmSync } from 'node:fs';

let lastWords = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (words) => (lastWords += words));
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
process.on('exit', () => {
  if (lastWords.trim() !== 'keep') rmSync(process.env.STATE_DIR, { recursive: true, force: true });
});
