// Takes the names of functions out of the built Wasm, and keeps the Wasm with them in build/names/.
//
// They are a sixth of what is uploaded and of what an isolate reads before its first answer, and only tell a stack trace
// what wasm-function[123] is: the kept file tells that too, since nothing but the one section differs.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { built, inCheckout } from './lib/checkout.mjs';

const HEADER_BYTES = 8;
const CUSTOM = 0;

/** The sections of a Wasm file: https://webassembly.github.io/spec/core/binary/modules.html#sections */
function* sections(bytes) {
  let at = HEADER_BYTES;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const start = at;
    const id = bytes[at++];
    const end = number() + at;
    const length = id === CUSTOM ? number() : 0;
    yield { start, end, name: bytes.toString('utf8', at, at + length) };
    at = end;
  }
}

const path = built('build/index_bg.wasm');
const named = inCheckout('build/names/index_bg.wasm');
const bytes = readFileSync(path);
const kept = [...sections(bytes)].filter(({ name }) => name !== 'name');

mkdirSync(dirname(named), { recursive: true });
writeFileSync(named, bytes);
writeFileSync(
  `${path}.stripped`,
  Buffer.concat([bytes.subarray(0, HEADER_BYTES), ...kept.map(({ start, end }) => bytes.subarray(start, end))]),
);
renameSync(`${path}.stripped`, path);
