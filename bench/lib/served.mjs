// fandesk under `make serve`, for what takes long: with its queue, its databases and their state in a fresh folder.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';

import { inCheckout } from '../../scripts/lib/checkout.mjs';
import { Refusal } from '../../scripts/lib/refusal.mjs';
import { persistencePath } from '../../scripts/lib/runtime.mjs';
import { publish, settingsFor } from './job.mjs';
import { removeFolder, temporaryFolder } from './leftovers.mjs';
import { Server } from './process.mjs';

/** Starts it in plain mode with so many shards and the rules of the comparison: `{server, url, settings, ledger, end}`. */
export async function serve(shards) {
  const folder = temporaryFolder();
  const settings = { ...settingsFor('plain'), FANDESK_SHARDS: String(shards) };
  const stateDir = join(folder, 'state');
  const server = new Server(process.execPath, [inCheckout('scripts/serve.mjs')], {
    env: {
      ...process.env,
      ...{ PORT: '0', SIM_PORT: '0', NO_SIM: '1', NO_DEMO: '1', STATE_DIR: stateDir, DEV_VARS: join(folder, 'vars') },
      ...settings,
      TMPDIR: folder,
    },
    stdio: ['ignore', 'pipe', 2],
  });
  const url = await ready(server);
  await publish(url, settings);
  const end = async () => {
    await server.end();
    removeFolder(folder);
  };
  return { server, url, settings, ledger: () => openLedger(stateDir), end };
}

async function ready(server) {
  for await (const line of createInterface({ input: server.stream(1) })) {
    if (line.startsWith('ready: ')) {
      server.stream(1).resume();
      return line.slice('ready: '.length);
    }
  }
  throw new Refusal('scripts/serve.mjs ended before it was ready');
}

/** The database LEDGER, beside the Worker that writes it: the one that has events. */
function openLedger(stateDir) {
  const folder = join(persistencePath(stateDir), 'd1', 'miniflare-D1DatabaseObject');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.sqlite') && !name.startsWith('metadata'))) {
    const path = join(folder, file);
    const database = new DatabaseSync(path, { readOnly: true });
    if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'payloads'").get()) return { database, path };
    database.close();
  }
  throw new Refusal(`${folder} has no ledger`);
}
