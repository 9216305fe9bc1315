// The secrets of a deployment: which there are, and where their values come from.
//
// A value comes from the environment, or fandesk makes it up, or a person is asked, once: what Cloudflare has is never asked for and never
// replaced here. What fandesk made up nobody could find out again, since Cloudflare does not give secrets back; so it is in a
// file before it is sent anywhere, and a deploy that failed half-way takes it from there.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

import { Refusal } from './refusal.mjs';
import { parseDevVars } from './settings.mjs';

/** Names in the order in which they are asked for; the Worker answers nothing without those that are `needed`. */
export const SECRETS = [
  {
    name: 'WECHAT_APP_ID',
    what: 'the account’s AppID 开发者ID(AppID)',
    needed: true,
    form: /^[A-Za-z0-9_-]{6,64}$/,
    formed: 'letters and digits, such as wx0123456789abcdef',
  },
  {
    name: 'WECHAT_TOKEN',
    what: 'the token of the server configuration 令牌(Token)',
    needed: true,
    form: /^[A-Za-z0-9]{3,32}$/,
    formed: '3 to 32 letters and digits',
  },
  {
    name: 'WECHAT_AES_KEY',
    what: 'the EncodingAESKey there 消息加解密密钥; empty for plain mode 明文模式',
    form: /^[A-Za-z0-9]{43}$/,
    formed: '43 letters and digits',
  },
  {
    name: 'WECHAT_APP_SECRET',
    what: 'the AppSecret 开发者密码; empty for passive replies only',
    form: /^[A-Za-z0-9]{16,64}$/,
    formed: 'letters and digits, mostly 32 of them',
  },
  { name: 'FANDESK_ADMIN_TOKEN', what: 'bearer token of the API, full rights', make: () => hex(24) },
  { name: 'FANDESK_SESSION_KEY', what: 'signs console sessions', make: () => hex(32) },
  { name: 'FANDESK_DATA_KEY', what: 'encrypts what is kept', make: () => hex(32) },
];

const hex = (bytes) => randomBytes(bytes).toString('hex');

/** What a playbook calls `secret = "NAME"`: only the environment knows which there are. */
const OF_A_PLAYBOOK = /^FANDESK_SECRET_[A-Z0-9_]+$/;

/** How often a person may be wrong about one. */
const TRIES = 3;

/**
 * The values that are to be put, for those of the secrets that are not `present` (a set of names), and the secrets for which there is no
 * value. `file` keeps what is made up; `ask(secret, complaint)` asks a person, and is left out where there is nobody.
 */
export async function gather({ present, environment, file, ask }) {
  const values = {};
  const missing = [];
  const isFirst = SECRETS.some(({ needed, name }) => needed && !present.has(name));
  for (const secret of SECRETS.filter(({ name }) => !present.has(name))) {
    const given = environment[secret.name];
    if (given) {
      if (secret.form && !secret.form.test(given))
        throw new Refusal(`${secret.name} in the environment is malformed: it has ${secret.formed}`);
      values[secret.name] = given;
    } else if (secret.make === undefined) {
      const answer = ask && isFirst ? await askFor(secret, ask) : '';
      if (answer) values[secret.name] = answer;
      else missing.push(secret);
    }
  }
  for (const [name, value] of Object.entries(environment)) {
    if (OF_A_PLAYBOOK.test(name) && value && !present.has(name)) values[name] = value;
  }
  const kept = existsSync(file) ? parseDevVars(readFileSync(file, 'utf8'), file) : {};
  const made = {};
  for (const { name, make } of SECRETS.filter(({ make }) => make)) {
    if (!present.has(name) && values[name] === undefined) made[name] = kept[name] || make();
  }
  keep(file, kept, made);
  return { values: { ...values, ...made }, missing, made: Object.keys(made) };
}

async function askFor(secret, ask) {
  let complaint;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const answer = (await ask(secret, complaint)).trim();
    if (answer === '' && !secret.needed) return '';
    if (secret.form.test(answer)) return answer;
    complaint = answer === '' ? 'it is needed' : `that is not it: it has ${secret.formed}`;
  }
  throw new Refusal(`${secret.name}: ${TRIES} answers were malformed; nothing was deployed`);
}

function keep(file, kept, made) {
  if (Object.keys(made).every((name) => kept[name] === made[name])) return;
  const lines = Object.entries({ ...kept, ...made }).map(([name, value]) => `${name}=${value}\n`);
  const remark =
    '# Made by `make deploy`; Cloudflare does not give them back. Keep them in a safe place. Not committed.\n';
  writeFileSync(file, remark + lines.join(''), { mode: 0o600 });
}

/** Asks at a terminal. What is typed does not show. */
export function atTerminal(input, output) {
  return async ({ name, what }, complaint) => {
    output.write(complaint ? `  ${complaint}\n${name}: ` : `${name} (${what}): `);
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const reader = createInterface({ input, output: silent, terminal: true });
    try {
      return await new Promise((resolve, reject) => {
        reader.once('close', () => reject(new Refusal('no answer; nothing was deployed')));
        reader.once('SIGINT', () => reader.close());
        reader.question('').then(resolve, reject);
      });
    } finally {
      reader.close();
      output.write('\n');
    }
  };
}
