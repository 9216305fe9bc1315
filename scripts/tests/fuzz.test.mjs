import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { parse } from 'smol-toml';

import { inCheckout } from '../lib/checkout.mjs';

const versions = (path) => {
  const { package: packages } = parse(readFileSync(inCheckout(path), 'utf8'));
  return new Map(packages.map(({ name, version }) => [`${name} ${version.split('.')[0]}`, version]));
};

test('what is fuzzed is built from the versions that are shipped', () => {
  const shipped = versions('Cargo.lock');
  const fuzzed = versions('fuzz/Cargo.lock');
  const differing = [...fuzzed].filter(([name, version]) => (shipped.get(name) ?? version) !== version);
  assert.deepEqual(differing, [], 'copy Cargo.lock over fuzz/Cargo.lock and run `cargo metadata` in fuzz/');
  assert.ok(fuzzed.has('quick-xml 0'));
});
