// The licences of everything that is in the Wasm and in the console, as build/public/licenses.txt: most ask for their text to go
// along with a copy.
//
// Only crates that are linked in count: not build scripts, not procedural macros, not what tests and tools are made of. Of the
// console it is the packages that its build found modules of (console/vite.config.mjs).

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { inCheckout } from './lib/checkout.mjs';
import { Refusal, report } from './lib/refusal.mjs';

const TARGET = 'wasm32-unknown-unknown';
const TEXTS = /^(licen[cs]e|copying|notice|unlicense)/i;

/** The crates from outside that the crate `root` is linked with, by name. */
export function linked({ packages, resolve }, root) {
  const byId = new Map(packages.map((one) => [one.id, one]));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const isMacro = ({ targets }) => targets.some(({ kind }) => kind.includes('proc-macro'));
  const found = new Set();
  const waiting = packages.filter(({ name, source }) => name === root && source === null).map(({ id }) => id);
  while (waiting.length > 0) {
    const id = waiting.pop();
    if (found.has(id) || isMacro(byId.get(id))) continue;
    found.add(id);
    for (const { pkg, dep_kinds: kinds } of nodes.get(id).deps) {
      if (kinds.some(({ kind }) => kind === null)) waiting.push(pkg);
    }
  }
  return [...found]
    .map((id) => byId.get(id))
    .filter(({ source }) => source !== null)
    .sort((one, other) => one.name.localeCompare(other.name));
}

/** The packages of `modules`, which are paths of files, by name. `read` gives what a package.json says. */
export function bundled(modules, read = (path) => JSON.parse(readFileSync(path, 'utf8'))) {
  const folders = modules.map((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  const manifests = [...new Set(folders.filter(Boolean))].map((folder) => join(folder, 'package.json'));
  return manifests
    .map((path) => {
      const { name, version, license, repository } = read(path);
      return { name, version, license, repository: repository?.url ?? repository, manifest_path: path };
    })
    .sort((one, other) => one.name.localeCompare(other.name));
}

/** The page: a line for each crate, then each text once, with whose it is. */
export function page(crates, textsOf) {
  const owners = new Map();
  const lines = crates.map((crate) => {
    const texts = textsOf(crate);
    if (!crate.license) throw new Refusal(`${crate.name} ${crate.version} names no licence`);
    for (const text of texts) owners.set(text, [...(owners.get(text) ?? []), crate.name]);
    return `${crate.name} ${crate.version}: ${crate.license}${crate.repository ? `, ${crate.repository}` : ''}`;
  });
  const texts = [...owners].map(([text, names]) => `${'='.repeat(80)}\n${names.join(', ')}\n\n${text}\n`);
  return `fandesk is licensed under Apache-2.0. It contains:\n\n${lines.join('\n')}\n\n${texts.join('\n')}`;
}

/** Where there is a choice, the text of MIT, which is short. */
function textsOf({ manifest_path: manifest, license }) {
  const folder = dirname(manifest);
  const files = readdirSync(folder, { withFileTypes: true }).filter((file) => file.isFile() && TEXTS.test(file.name));
  const names = files.map(({ name }) => name).sort();
  const mit = names.filter((name) => /mit/i.test(name));
  const chosen = / OR |\//.test(license ?? '') && mit.length > 0 ? mit : names;
  return chosen.map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim());
}

function metadata() {
  const args = ['metadata', '--locked', '--format-version', '1', '--filter-platform', TARGET];
  return JSON.parse(execFileSync('cargo', args, { cwd: inCheckout(), maxBuffer: 256 * 1024 * 1024 }));
}

if (import.meta.filename === process.argv[1]) {
  try {
    const folder = inCheckout('build/public');
    mkdirSync(folder, { recursive: true });
    const modules = JSON.parse(readFileSync(inCheckout('build/console/modules.json'), 'utf8'));
    const parts = [...linked(metadata(), 'fandesk'), ...bundled(modules)];
    writeFileSync(join(folder, 'licenses.txt'), page(parts, textsOf));
  } catch (error) {
    report(error);
    process.exitCode = 1;
  }
}
