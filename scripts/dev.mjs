// `make dev`: like serve.mjs (same environment, same state), but through `wrangler dev`, which builds again and restarts
// the Worker when its sources change.

import './lib/node.mjs';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { inCheckout } from './lib/checkout.mjs';
import { Child } from './lib/children.mjs';
import { run } from './lib/launch.mjs';
import { migrate } from './lib/migrations.mjs';
import { freePort, HOST } from './lib/ports.mjs';
import { toDotEnv } from './lib/settings.mjs';

const WRANGLER = createRequire(import.meta.url).resolve('wrangler');

/** Wrangler builds first, and a build from nothing takes minutes. */
const PATIENCE_MS = 600_000;

await run(async ({ config, settings, port, stateDir, onEnd, onUnexpectedEnd }) => {
  await migrate(config, stateDir);

  // In a file rather than as arguments, which everyone on the machine can see.
  const envFile = join(stateDir, 'settings.env');
  onEnd(() => rmSync(envFile, { force: true }));
  writeFileSync(envFile, toDotEnv(settings), { mode: 0o600 });

  const flags = {
    config: inCheckout('wrangler.toml'),
    'env-file': envFile,
    ip: HOST,
    port,
    'inspector-port': await freePort(),
    'persist-to': stateDir,
    'show-interactive-dev-session': false,
  };
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const wrangler = new Child('wrangler', process.execPath, ['--no-warnings', WRANGLER, 'dev', ...args], {
    env: environment(stateDir),
    onUnexpectedEnd,
  });
  onEnd(() => wrangler.end());
  return PATIENCE_MS;
});

/** Wrangler's environment: that of a shell, not of the make above, whose flags are no concern of the build it runs. */
function environment(stateDir) {
  const { MAKEFLAGS, MFLAGS, MAKELEVEL, ...environment } = process.env;
  return {
    ...environment,
    ...(!process.stdout.isTTY && { NO_COLOR: '1', FORCE_COLOR: '0' }),
    WRANGLER_SEND_METRICS: 'false',
    // Not shared with other sessions on this machine, which may run a Worker of the same name.
    WRANGLER_REGISTRY_PATH: join(stateDir, 'registry'),
  };
}
