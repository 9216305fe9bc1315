// What the Worker's policy forbids must not be in what is built, and what fans write never becomes markup.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const SOURCES = join(import.meta.dirname, '../src');
const PAGES = ['index.html', 'chat.html'].map((name) => join(import.meta.dirname, '../../build/public', name));

const sources = readdirSync(SOURCES, { recursive: true })
  .filter((name) => /\.(svelte|ts)$/.test(name) && !name.endsWith('.test.ts'))
  .map((name) => [name, readFileSync(join(SOURCES, name), 'utf8')]);

const having = (pattern) => sources.filter(([, text]) => pattern.test(text)).map(([name]) => name);

test('no source makes markup of text', () => {
  assert.deepEqual(having(/\{@html|\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write/), []);
});

test('no source has styles or scripts in attributes, or runs text', () => {
  assert.deepEqual(having(/\sstyle="|\son[a-z]+="|\beval\(|new Function\(/), []);
});

test('the pages that are built have their scripts and styles in files of their own', () => {
  for (const page of PAGES.map((path) => readFileSync(path, 'utf8'))) {
    assert.doesNotMatch(page, /<style|\sstyle=|\son[a-z]+=/);
    const scripts = [...page.matchAll(/<script([^>]*)>([^<]*)/g)];
    assert.ok(scripts.length > 0);
    for (const [, attributes, inside] of scripts) {
      assert.match(attributes, /src="\/assets\//);
      assert.equal(inside, '');
    }
  }
});
