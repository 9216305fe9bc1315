// A deployment in which two releases may meet: one has the objects (shards, Clock, TokenKeeper) and the queue, the other may answer the requests.
// While Cloudflare replaces a Worker, both are the case for a while: old code that asks new objects, and new code that asks old ones.

import { HOST } from '../lib/ports.mjs';
import { untilAnswering } from '../lib/ready.mjs';
import { migrate } from '../lib/migrations.mjs';
import { start } from '../lib/runtime.mjs';
import { worker } from '../lib/worker.mjs';

const STARTS_WITHIN_MS = 60_000;

/** Starts it over the state. `front` answers the requests; without one, `objects` does. */
export async function startDesk({ objects, front = objects, settings, stateDir, port }) {
  await migrate(objects.config, stateDir);
  const keeper = worker(objects.config, settings);
  const workers = front === objects ? [keeper] : [inFrontOf(keeper, worker(front.config, settings)), keeper];
  const miniflare = await start(workers, { port, stateDir });
  const url = `http://${HOST}:${port}`;
  await untilAnswering(url, STARTS_WITHIN_MS);
  return { url, stop: () => miniflare.dispose() };
}

/** The other release, with no object and no queue of its own. */
function inFrontOf(keeper, front) {
  return {
    config: {
      ...front.config,
      name: 'front',
      exports: {},
      triggers: [],
      env: { ...front.config.env, ...objectsOf(keeper) },
    },
  };
}

const objectsOf = ({ config: { env } }) =>
  Object.fromEntries(Object.entries(env).filter(([, { type }]) => type === 'durable-object'));
