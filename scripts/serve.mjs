// `make serve`: the Worker under local workerd, with the simulated WeChat beside it, as tests and loads use it.
//
// Environment: PORT and SIM_PORT (0 takes any free port), STATE_DIR, DEV_VARS (another file than .dev.vars), NO_SIM=1,
// NO_DEMO=1 and AROUND (a module that stands around the Worker, for tests), besides the settings themselves. Standard
// output has one line that begins with `ready: `, followed by the Worker's base URL.

import './lib/node.mjs';
import { run } from './lib/launch.mjs';
import { migrate } from './lib/migrations.mjs';
import { start } from './lib/runtime.mjs';
import { worker } from './lib/worker.mjs';

/** A Worker that is listened for has started already. */
const PATIENCE_MS = 30_000;

await run(async ({ config, settings, port, stateDir, onEnd }) => {
  const options = worker(config, settings, process.env.AROUND);
  await migrate(config, stateDir);
  const miniflare = await start([options], { port, stateDir });
  onEnd(() => miniflare.dispose());
  return PATIENCE_MS;
});
