// fandesk as it is built, on raw workerd, with D1 in a workerd of its own: deployed, a database is another machine's work.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { migrationsIn } from '../../scripts/lib/migrations.mjs';
import { databases, readConfig } from '../../scripts/lib/worker.mjs';
import { publish } from '../lib/job.mjs';
import { d1, ours, Prepared, STORAGE } from '../lib/workerd.mjs';
import { onWorkerd } from './worker.mjs';

const config = readConfig();

export const fandesk = subject('fandesk', 'fandesk', { mirrored: true });
/** D1 stands still while it is measured, so nothing leaves the shards: what is left is the reply path alone. */
export const fandeskStill = subject('fandesk-still', 'fandesk, D1 standing still', { mirrored: false });
/** What a lone message would cost if none ever waited for others; only its latency means something. */
export const fandeskSingle = subject('fandesk-single', 'fandesk, D1 standing still, one commit a request', {
  mirrored: false,
  variables: { FANDESK_COMMIT: 'single' },
  traits: { alone: true, seals: false },
});

function subject(name, label, { mirrored, variables = {}, traits }) {
  return {
    ...onWorkerd(name, label, undefined, traits),
    async start(how) {
      const stores = new Prepared(
        d1(databases(config).map(({ binding }) => binding)),
        config.compatibility_date,
        STORAGE.disk,
      );
      const { server: database, addresses } = await stores.start();
      const endStores = async () => {
        await database.end();
        stores.dispose();
      };
      try {
        await migrate(addresses);
        const worker = await onWorkerd(name, label, ({ shards, settings }) =>
          ours(
            config,
            { ...settings, ...variables, FANDESK_SHARDS: String(shards), WECHAT_API_BASE: 'http://127.0.0.1:9' },
            addresses,
          ),
        ).start(how);
        await publish(worker.url, how.settings);
        if (!mirrored) database.freeze();
        return {
          ...worker,
          end: async () => {
            await worker.end();
            await endStores();
          },
        };
      } catch (error) {
        await endStores();
        throw error;
      }
    },
  };
}

async function migrate(addresses) {
  for (const { binding, migrations } of databases(config)) {
    for (const file of migrationsIn(migrations)) {
      const sql = readFileSync(join(migrations, file), 'utf8');
      const response = await fetch(`http://${addresses[binding]}/execute`, {
        method: 'POST',
        body: JSON.stringify({ sql }),
      });
      const answer = await response.json();
      if (answer.success === false) throw new Error(`${file}: ${answer.error}`);
    }
  }
}
