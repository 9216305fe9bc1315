// The settings of a local run: what `.dev.vars` says, overlaid by the environment.
//
// Both launchers hand the outcome to the Worker as its only settings, and the simulator gets the same ones, so that the
// two always agree about tokens and keys.

import { randomBytes } from 'node:crypto';
import { appendFileSync, closeSync, openSync, readFileSync, writeSync } from 'node:fs';

import { FIRST, isKnown, otherAccounts, settingOf } from './accounts.mjs';
import { Refusal } from './refusal.mjs';

const hex = (bytes) => randomBytes(bytes).toString('hex');

/** WeChat's EncodingAESKey: 32 bytes as base64 without the padding, 43 letters and digits. */
function aesKey() {
  for (;;) {
    const key = randomBytes(32).toString('base64').slice(0, 43);
    if (/^[A-Za-z0-9]{43}$/.test(key)) return key;
  }
}

/** What makes an account: settings that it has for itself. */
const ofAccount = (name) => `${settingOf(name, 'WECHAT_APP_ID')}=wx${hex(8)}
${settingOf(name, 'WECHAT_APP_SECRET')}=${hex(16)}
${settingOf(name, 'WECHAT_TOKEN')}=${hex(16)}
${settingOf(name, 'WECHAT_AES_KEY')}=${aesKey()}
`;

const firstRun = () => `# Settings of local runs, made at the first one with random secrets. Not committed.
# KEY=VALUE lines; the same names in the environment win, and an empty one there takes a setting away.
${ofAccount(FIRST)}# plain, compatible or safe (the default with a key)
#WECHAT_MODE=safe
FANDESK_ADMIN_TOKEN=${hex(24)}
FANDESK_SESSION_KEY=${hex(32)}
FANDESK_DATA_KEY=${hex(32)}
# What the demo playbook calls secret = "DEMO"
FANDESK_SECRET_DEMO=${hex(16)}
`;

/** Makes the file at the first run, readable by its owner only. What an existing one says is never changed. */
export function makeDevVars(path) {
  let file;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new Refusal(`cannot make ${path}: ${error.message}`);
  }
  writeSync(file, firstRun());
  closeSync(file);
  return true;
}

/** The lines of a `.dev.vars` as `wrangler dev` would read them, but refusing what that would skip in silence. */
export function parseDevVars(text, path) {
  const settings = {};
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name === undefined) throw new Refusal(`${path}:${index + 1}: expected KEY=VALUE`);
    if (name in settings) throw new Refusal(`${path}:${index + 1}: ${name} is set twice`);
    settings[name] = unquote(value, `${path}:${index + 1}`);
  }
  return settings;
}

function unquote(value, where) {
  const quote = /^['"]/.exec(value)?.[0];
  if (quote === undefined) return value.replace(/\s+#.*$/, '');
  const [, inner] = new RegExp(`^${quote}([^${quote}]*)${quote}\\s*(#.*)?$`).exec(value) ?? [];
  if (inner === undefined) throw new Refusal(`${where}: a quote is not closed`);
  return inner;
}

const OURS = /^(WECHAT_|FANDESK_)[A-Z0-9_]+$|^PUBLIC_ORIGIN$/;

/**
 * Lays `environment` over `fromFile` over `defaults`. A name that is set to nothing is left out altogether, so that a
 * test can take a setting away from the Worker.
 */
export function merge(defaults, fromFile, environment) {
  const merged = { ...defaults, ...fromFile };
  for (const [name, value] of Object.entries(environment)) {
    if (OURS.test(name)) merged[name] = value;
  }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''));
}

/** Settings like those of a first run, kept nowhere. */
export const freshSettings = () => parseDevVars(firstRun(), 'fresh settings');

/**
 * Reads the file and the environment. The file is made if it is not there, and is given random secrets for each of FANDESK_ACCOUNTS
 * of which nothing is said. `defaults` are of this run: ports and origins.
 */
export function readSettings(path, defaults, environment = process.env) {
  if (makeDevVars(path)) process.stdout.write(`made ${path} with random secrets\n`);
  const text = () => readFileSync(path, 'utf8');
  const read = () => merge(defaults, parseDevVars(text(), path), environment);
  const settings = read();
  const added = otherAccounts(settings).filter((name) => !isKnown(settings, name));
  for (const name of added) {
    const newLine = /[^\n]$/.test(text()) ? '\n' : '';
    appendFileSync(path, `${newLine}# The account ${name} of FANDESK_ACCOUNTS\n${ofAccount(name)}`);
    process.stdout.write(`made settings of the account ${name} in ${path}\n`);
  }
  return added.length === 0 ? settings : read();
}

/** The settings in dotenv's own form, in which `wrangler dev` takes them back unchanged. */
export function toDotEnv(settings) {
  const line = ([name, value]) => {
    const quote = ["'", '`', '"'].find((quote) => !value.includes(quote));
    if (quote === undefined) throw new Refusal(`${name} has every kind of quote in it, and cannot be passed on`);
    // Even between single quotes wrangler would take a dollar for the start of another variable's name.
    return `${name}=${quote}${value.replaceAll('$', '\\$')}${quote}\n`;
  };
  return Object.entries(settings).map(line).join('');
}
