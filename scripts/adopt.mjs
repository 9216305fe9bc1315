// `make adopt`: what the account answers by itself today, as a playbook and a menu of fandesk's.
//
// Asks WeChat for the automatic answers and the menu in force, lets `fandesk-adopt` turn them into documents, and writes
// playbook.adopted.toml and menu.adopted.json, and into media.adopted/ the pictures, voices and videos that WeChat keeps for
// three days only. Publishes nothing, changes nothing at WeChat, and never writes over a file.
//
// Environment: WECHAT_APP_ID and WECHAT_APP_SECRET (else those of .dev.vars, else they are asked for), WECHAT_API_BASE and
// WECHAT_API_RELAY_TOKEN (a relay, the simulator), DEV_VARS (another file than .dev.vars), TO (a folder for the files).

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

import { ROOT, inCheckout } from './lib/checkout.mjs';
import { Refusal, report } from './lib/refusal.mjs';
import { merge, parseDevVars } from './lib/settings.mjs';

const WECHAT = 'https://api.weixin.qq.com';

/** WeChat answers in some 100 ms; a relay may be slow. */
const PATIENCE_MS = 15_000;

/** What an operator can do about an error. */
const REMEDIES = {
  40001: 'the AppSecret is wrong, or was reset',
  40013: 'WeChat knows no such AppID; a .dev.vars that make dev made has a random one',
  40125: 'the AppSecret is wrong',
  40164:
    'put the address it names on the account’s list (公众平台 → 设置与开发 → 基本配置 → IP 白名单), ' +
    'or set WECHAT_API_BASE to your relay',
};

/** An account of this type has no right to the call: the rest is worth having all the same. */
const NO_RIGHT = 48001;

function settings() {
  const path = process.env.DEV_VARS || inCheckout('.dev.vars');
  const fromFile = existsSync(path) ? parseDevVars(readFileSync(path, 'utf8'), path) : {};
  const merged = merge({ WECHAT_API_BASE: WECHAT }, fromFile, process.env);
  if (merged.WECHAT_APP_ID !== undefined) {
    const from = process.env.WECHAT_APP_ID === undefined ? path : 'the environment';
    process.stdout.write(`asking for ${merged.WECHAT_APP_ID} (WECHAT_APP_ID of ${from})\n`);
  }
  return merged;
}

/** A line from the terminal; a secret one is not shown. */
async function ask(question, secret = false) {
  if (!process.stdin.isTTY) {
    throw new Refusal(`there is no ${question}: set it in the environment or in .dev.vars`);
  }
  process.stdout.write(`${question}: `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: secret ? silent : process.stdout, terminal: true });
  try {
    return (await terminal.question('')).trim();
  } finally {
    terminal.close();
    if (secret) process.stdout.write('\n');
  }
}

/** One call to WeChat's API; `undefined` when the account has no right to it. */
async function call(base, relayToken, path, body) {
  const where = path.split('?')[0];
  let answer;
  try {
    const response = await fetch(`${base.replace(/\/+$/, '')}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(relayToken !== undefined && { authorization: `Bearer ${relayToken}` }),
      },
      body: body && JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.status !== 200) throw new Refusal(`${base} answered ${where} with status ${response.status}`);
    answer = await response.json();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    // The reason may hold the address, and the address the token.
    throw new Refusal(`${base} gave no answer to ${where} (${error.cause?.code ?? error.name})`);
  }
  const { errcode = 0, errmsg = '' } = answer ?? {};
  if (errcode === NO_RIGHT) {
    process.stdout.write(`${where}: this account has no right to it (48001), so it counts as empty\n`);
    return undefined;
  }
  if (errcode !== 0) {
    const remedy = REMEDIES[errcode];
    throw new Refusal(`WeChat refused ${where}: ${errcode} ${errmsg}${remedy ? `: ${remedy}` : ''}`);
  }
  return answer;
}

const EXTENSIONS = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'audio/amr': 'amr',
  'audio/mp3': 'mp3',
  'audio/mpeg': 'mp3',
  'video/mp4': 'mp4',
  'video/mpeg4': 'mp4',
};

/** Saves what is known by a media id or an address; says why not where that fails, since the rest is worth having. */
async function save({ number, source }, folder, wechat) {
  try {
    let response = await (/^https?:/.test(source) ? get(source) : get(wechat.mediaUrl(source), wechat.headers));
    // Errors and videos come as JSON with a 200.
    if (isJson(response)) {
      const { errcode, errmsg, video_url: address } = await response.json();
      if (typeof address !== 'string') throw new Error(`${errcode ?? ''} ${errmsg ?? 'no file'}`.trim());
      response = await get(address);
    }
    const type = (response.headers.get('content-type') ?? '').split(';')[0].trim().toLowerCase();
    const name = `${number}.${EXTENSIONS[type] ?? 'bin'}`;
    const bytes = Buffer.from(await response.arrayBuffer());
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), bytes, { flag: 'wx' });
    process.stdout.write(`wrote ${join(folder, name)}\n`);
  } catch (error) {
    const reason = error.cause?.code ?? error.message;
    process.stdout.write(`media.adopted/${number} could not be saved (${reason})\n`);
  }
}

async function get(address, headers = {}) {
  const response = await fetch(address, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response;
}

const isJson = (response) => /json|text\/plain/.test(response.headers.get('content-type') ?? '');

async function current() {
  const given = settings();
  const appid = given.WECHAT_APP_ID ?? (await ask('WECHAT_APP_ID'));
  const secret = given.WECHAT_APP_SECRET ?? (await ask('WECHAT_APP_SECRET', true));
  const wechat = (path, body) => call(given.WECHAT_API_BASE, given.WECHAT_API_RELAY_TOKEN, path, body);
  // Unlike /cgi-bin/token, this call leaves the tokens of others good.
  const token = await wechat('/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret });
  if (typeof token?.access_token !== 'string') throw new Refusal('WeChat gave no access token');
  const query = `?access_token=${encodeURIComponent(token.access_token)}`;
  const mediaUrl = (id) =>
    `${given.WECHAT_API_BASE.replace(/\/+$/, '')}/cgi-bin/media/get${query}&media_id=${encodeURIComponent(id)}`;
  const relay = given.WECHAT_API_RELAY_TOKEN;
  return {
    mediaUrl,
    headers: relay === undefined ? {} : { authorization: `Bearer ${relay}` },
    autoreply: (await wechat(`/cgi-bin/get_current_autoreply_info${query}`)) ?? {},
    menu: (await wechat(`/cgi-bin/get_current_selfmenu_info${query}`)) ?? {},
  };
}

/** What `fandesk-adopt` makes of WeChat's answers. */
function convert(answers) {
  const binary = resolve(ROOT, process.env.CARGO_TARGET_DIR || 'target', 'debug/adopt');
  const input = JSON.stringify(answers);
  return JSON.parse(execFileSync(binary, { input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }));
}

/** Refuses before WeChat is asked, rather than after. */
function nothingIsThere(paths) {
  const there = paths.find((path) => existsSync(path));
  if (there !== undefined) throw new Refusal(`${there} is there already: move it away, or give TO=<another folder>`);
}

async function main() {
  const folder = resolve(process.env.TO || ROOT);
  const [playbookPath, menuPath] = ['playbook.adopted.toml', 'menu.adopted.json'].map((name) => join(folder, name));
  nothingIsThere([playbookPath, menuPath]);
  const mediaFolder = join(folder, 'media.adopted');
  nothingIsThere([mediaFolder]);
  const { mediaUrl, headers, ...answers } = await current();
  const { playbook, menu, media, left, warnings } = convert(answers);
  const write = (path, text) => writeFileSync(path, text, { flag: 'wx' });
  write(playbookPath, playbook);
  process.stdout.write(`wrote ${playbookPath}\n`);
  if (menu === null) {
    process.stdout.write('the account has no menu to publish, so there is no menu.adopted.json\n');
  } else {
    write(menuPath, `${menu}\n`);
    process.stdout.write(`wrote ${menuPath}\n`);
  }
  for (const one of media) await save(one, mediaFolder, { mediaUrl, headers });
  const list = (title, items) => {
    if (items.length > 0) process.stdout.write(`\n${title}\n${items.map((item) => `  - ${item}\n`).join('')}`);
  };
  list(`${left.length} 处没有迁移或需要确认 / not carried over, or worth a look:`, left);
  list('编译器的提醒 / what the compiler of playbooks says:', warnings);
  process.stdout.write(
    '\n什么都没有发布。下一步见 docs/adoption.md。Nothing was published: docs/adoption.md has the next steps.\n',
  );
}

main().catch((error) => {
  report(error);
  process.exitCode = 1;
});
