// How console/ becomes build/public: index.html and chat.html (the visitors' page), and everything else under assets/ by the hash of what is
// in it.
//
// The Worker serves it under a policy that allows nothing but files of the own origin: so nothing is inlined.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The folder is shared with the API document and the licences, so only what an earlier build left is taken away. */
const withoutOldAssets = {
  name: 'without-old-assets',
  apply: 'build',
  buildStart: () => rmSync(at('../build/public/assets'), { recursive: true, force: true }),
};

/** For scripts/licenses.mjs: every file of other people's that something is left of. */
const namingModules = {
  name: 'naming-modules',
  apply: 'build',
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((chunk) => Object.keys(chunk.modules ?? {}));
    const others = modules.filter((id) => id.includes('/node_modules/')).map((id) => id.replace(/^\0|\?.*$/g, ''));
    mkdirSync(at('../build/console'), { recursive: true });
    writeFileSync(at('../build/console/modules.json'), JSON.stringify([...new Set(others)].sort(), null, 2));
  },
};

export default defineConfig({
  root: at('.'),
  base: '/',
  publicDir: false,
  cacheDir: at('../build/console/vite'),
  plugins: [svelte({ configFile: at('svelte.config.mjs') }), withoutOldAssets, namingModules],
  // Without this, tests would get the build of Svelte for servers.
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  build: {
    outDir: at('../build/public'),
    emptyOutDir: false,
    target: 'es2022',
    cssTarget: ['chrome123', 'safari17.5', 'firefox120'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 300,
    rolldownOptions: {
      input: [at('index.html'), at('chat.html')],
      // A slow machine is no news.
      checks: { pluginTimings: false },
    },
  },
  // For work on the console: `vite console`, with a Worker behind it (API=…).
  server: { proxy: { '/api': { target: process.env.API || 'http://127.0.0.1:8787', ws: true, changeOrigin: true } } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
