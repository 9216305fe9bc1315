// Which crate weighs what in the Wasm: bytes of code by the crate that a function's name begins with, before compression.
//
//   node bench/weight.mjs [how many]
//
// A generic function counts for the crate that defines it, not for the one that needed it.

import { readFileSync } from 'node:fs';

import { built } from '../scripts/lib/checkout.mjs';

const SECTION = { custom: 0, import: 2, code: 10, data: 11 };
const FUNCTION_NAMES = 1;

/** Reads the binary format: https://webassembly.github.io/spec/core/binary/ */
class Reader {
  constructor(bytes, at = 0, end = bytes.length) {
    Object.assign(this, { bytes, at, end });
  }

  get done() {
    return this.at >= this.end;
  }

  byte() {
    return this.bytes[this.at++];
  }

  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** What follows, up to its own length. */
  part() {
    const length = this.number();
    const part = new Reader(this.bytes, this.at, this.at + length);
    this.at += length;
    return part;
  }

  text() {
    const { at, end } = this.part();
    return this.bytes.toString('utf8', at, end);
  }

  limits() {
    const hasMaximum = (this.byte() & 1) === 1;
    this.number();
    if (hasMaximum) this.number();
  }
}

function read(bytes) {
  const found = { imports: 0, code: [], names: new Map(), data: 0 };
  const file = new Reader(bytes, 8);
  while (!file.done) {
    const id = file.byte();
    const section = file.part();
    if (id === SECTION.import) found.imports = importedFunctions(section);
    if (id === SECTION.data) found.data = section.end - section.at;
    if (id === SECTION.code) {
      for (let left = section.number(); left > 0; left -= 1) {
        const { at, end } = section.part();
        found.code.push(end - at);
      }
    }
    if (id === SECTION.custom && section.text() === 'name') readNames(section, found.names);
  }
  return found;
}

function importedFunctions(section) {
  let functions = 0;
  for (let left = section.number(); left > 0; left -= 1) {
    section.text();
    section.text();
    const kind = section.byte();
    if (kind === 0) {
      functions += 1;
      section.number();
    } else if (kind === 1) {
      section.byte();
      section.limits();
    } else if (kind === 2) {
      section.limits();
    } else {
      section.byte();
      section.number();
    }
  }
  return functions;
}

function readNames(section, names) {
  while (!section.done) {
    const kind = section.byte();
    const part = section.part();
    if (kind !== FUNCTION_NAMES) continue;
    for (let left = part.number(); left > 0; left -= 1) names.set(part.number(), part.text());
  }
}

/** `<alloc::vec::Vec<T> as core::clone::Clone>::clone::h0123` is of alloc. */
const crateOf = (name) => /([A-Za-z_]\w*)(?:\[[0-9a-f]+\])?::/.exec(name)?.[1] ?? 'without a name';

const { imports, code, names, data } = read(readFileSync(built('build/names/index_bg.wasm')));
const weights = new Map();
code.forEach((length, index) => {
  const crate = crateOf(names.get(imports + index) ?? '');
  weights.set(crate, (weights.get(crate) ?? 0) + length);
});
const heaviest = [...weights].sort(([, one], [, other]) => other - one).slice(0, Number(process.argv[2] ?? 20));
const total = code.reduce((sum, length) => sum + length, 0);
process.stdout.write(`${String(total).padStart(9)}  all code\n${String(data).padStart(9)}  data\n`);
for (const [crate, bytes] of heaviest) process.stdout.write(`${String(bytes).padStart(9)}  ${crate}\n`);
