// A subject that is a program of its own, with its SQLite in a fresh folder.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort, HOST } from '../../scripts/lib/ports.mjs';
import { Refusal } from '../../scripts/lib/refusal.mjs';
import { REPLY, rules } from '../lib/job.mjs';
import { removeFolder, temporaryFolder } from '../lib/leftovers.mjs';
import { Server } from '../lib/process.mjs';

const PATIENCE_MS = 20_000;
const LOOK_MS = 20;

/** `commandFor` gets the port and says `{command, args, env}`; what it needs is installed by then. */
export const program = (name, label, commandFor) => ({
  name,
  label,
  seals: true,
  sharded: false,
  expected: { reply: REPLY },
  async start({ settings }) {
    const port = await freePort();
    const { command, args, env } = commandFor(port);
    const folder = temporaryFolder();
    const server = new Server(command, args, {
      env: {
        ...process.env,
        ...settings,
        ...env,
        RULES: JSON.stringify(rules()),
        DATABASE: join(folder, 'events.sqlite'),
      },
    });
    const end = async () => {
      await server.end();
      removeFolder(folder);
    };
    try {
      await untilListening(server, port);
    } catch (error) {
      await end();
      throw error;
    }
    return { server, url: `http://${HOST}:${port}/wechat`, end };
  },
});

/** Any answer will do; it is refused, as it is not signed. */
async function untilListening(server, port) {
  let ended;
  server.exited.then((how) => (ended = how));
  const deadline = Date.now() + PATIENCE_MS;
  while (ended === undefined && Date.now() < deadline) {
    try {
      await (await fetch(`http://${HOST}:${port}/wechat`, { method: 'POST', body: '<xml></xml>' })).arrayBuffer();
      return;
    } catch {
      await sleep(LOOK_MS);
    }
  }
  throw new Refusal(ended === undefined ? `nothing listens after ${PATIENCE_MS} ms` : `it ended by itself (${ended})`);
}
