// A Worker to deploy: wrangler.toml as it is, with a stand-in for what `make build` leaves, so that no build is needed.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { inCheckout } from '../../lib/checkout.mjs';

const STAND_IN = `export class FanShard {}
export class TokenKeeper {}
export class Clock {}
export class Desk {}
export default { fetch: () => new Response('') };
`;

export class FakeWorker {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'fandesk-deploy-test-'));
    mkdirSync(join(this.folder, 'build/public'), { recursive: true });
    writeFileSync(join(this.folder, 'build/index.js'), STAND_IN);
    writeFileSync(join(this.folder, 'build/public/a-file.json'), '{}');
    const config = readFileSync(inCheckout('wrangler.toml'), 'utf8')
      .replace(/^\[build\]\n(.+\n)+/m, '')
      .replace(/"(migrations\/\w+)"/g, (_, folder) => JSON.stringify(inCheckout(folder)));
    writeFileSync(this.config, config);
  }

  get config() {
    return join(this.folder, 'wrangler.toml');
  }

  /** Where a deploy keeps what it made up. */
  get secretsFile() {
    return join(this.folder, 'secrets');
  }

  get environment() {
    return { CONFIG: this.config, DEPLOY_SECRETS: this.secretsFile, WRANGLER_CACHE_DIR: join(this.folder, 'cache') };
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
