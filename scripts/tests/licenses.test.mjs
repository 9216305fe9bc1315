import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundled, linked, page } from '../licenses.mjs';

const REGISTRY = 'registry+https://github.com/rust-lang/crates.io-index';
const crate = (name, source = REGISTRY, kind = 'lib') => ({
  id: name,
  name,
  version: '1.0.0',
  license: 'MIT',
  source,
  targets: [{ kind: [kind] }],
});
const needs = (id, ...deps) => ({
  id,
  deps: deps.map(([pkg, kind = null]) => ({ pkg, dep_kinds: [{ kind }] })),
});

const METADATA = {
  packages: [crate('desk', null), crate('core', null), crate('linked'), crate('macro', REGISTRY, 'proc-macro')].concat([
    crate('of-macro'),
    crate('of-build'),
    crate('of-tests'),
    crate('another'),
  ]),
  resolve: {
    nodes: [
      needs('desk', ['core'], ['macro'], ['of-build', 'build'], ['of-tests', 'dev']),
      needs('core', ['linked']),
      needs('macro', ['of-macro']),
      ...['linked', 'of-macro', 'of-build', 'of-tests', 'another'].map((id) => needs(id)),
    ],
  },
};

test('only what is linked in is listed, and not what is our own', () => {
  assert.deepEqual(
    linked(METADATA, 'desk').map(({ name }) => name),
    ['linked'],
  );
});

test('a text that several have is there once, with whose it is', () => {
  const text = page([crate('a'), crate('b'), crate('c')], ({ name }) => [name === 'c' ? 'other' : 'same']);
  assert.match(text, /a 1\.0\.0: MIT\nb 1\.0\.0: MIT\nc 1\.0\.0: MIT/);
  assert.match(text, /=\na, b\n\nsame\n/);
  assert.match(text, /=\nc\n\nother\n/);
});

test('a crate without a licence is refused', () => {
  assert.throws(() => page([{ ...crate('a'), license: null }], () => []), /a 1\.0\.0 names no licence/);
});

test('of the console the packages count that its modules come from, each once', () => {
  const read = (path) => ({
    name: path.split('/').slice(2, -1).join('/'),
    version: '1.0.0',
    license: 'MIT',
    repository: { url: 'x' },
  });
  const modules = [
    '/node_modules/svelte/a.js',
    '/node_modules/svelte/b.js',
    '/node_modules/@scope/one/i.js',
    '/console/main.ts',
  ];
  assert.deepEqual(
    bundled(modules, read).map(({ name, manifest_path }) => [name, manifest_path]),
    [
      ['@scope/one', '/node_modules/@scope/one/package.json'],
      ['svelte', '/node_modules/svelte/package.json'],
    ],
  );
});
