// A subject that is one Worker on raw workerd, with its objects on disk.

import { readConfig } from '../../scripts/lib/worker.mjs';
import { REPLY } from '../lib/job.mjs';
import { Prepared, STORAGE } from '../lib/workerd.mjs';

/**
 * `describe` gets `{shards, settings}` and says what workerd is to run. `traits`: what the load takes for right
 * (`expected`), whether it has safe mode (`seals`), whether the number of shards matters (`sharded`), and whether it means something with one
 * connection only (`alone`).
 */
export const onWorkerd = (name, label, describe, traits) => ({
  name,
  label,
  expected: { reply: REPLY },
  seals: true,
  sharded: true,
  ...traits,
  async start(how) {
    const prepared = new Prepared(describe(how), readConfig().compatibility_date, STORAGE.disk);
    try {
      const { server, addresses } = await prepared.start();
      return {
        server,
        url: `http://${addresses.http}/wechat`,
        end: async () => {
          await server.end();
          prepared.dispose();
        },
      };
    } catch (error) {
      prepared.dispose();
      throw error;
    }
  },
});
