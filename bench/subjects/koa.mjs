// Peer (e): co-wechat on Koa, with better-sqlite3, on the Node that runs this bench.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

import { inCheckout } from '../../scripts/lib/checkout.mjs';
import { execute, installed } from '../lib/installed.mjs';
import { program } from './program.mjs';

const SOURCE = inCheckout('bench/peers/koa');
const PINS = ['package.json', 'package-lock.json'];

const modules = () =>
  installed(
    'koa',
    PINS.map((file) => join(SOURCE, file)),
    `node ${process.versions.modules}`,
    (folder) => {
      for (const file of PINS) copyFileSync(join(SOURCE, file), join(folder, file));
      execute('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder });
    },
  );

const committing = (commit) => (port) => ({
  command: process.execPath,
  args: [join(SOURCE, 'app.mjs')],
  env: { MODULES: modules(), PORT: String(port), COMMIT: commit, NODE_ENV: 'production' },
});

export const koa = program('koa', 'co-wechat, one commit a request', committing('single'));
export const koaGrouped = program('koa-grouped', 'co-wechat, grouped', committing('grouped'));
