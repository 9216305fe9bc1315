// `make adopt` as an operator runs it, against a stub of WeChat. Builds fandesk-adopt itself.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { ROOT } from '../../lib/checkout.mjs';

const ANSWERS = {
  '/cgi-bin/stable_token': { access_token: 'a token', expires_in: 7200 },
  '/cgi-bin/get_current_autoreply_info': {
    is_add_friend_reply_open: 1,
    is_autoreply_open: 1,
    add_friend_autoreply_info: { type: 'text', content: '欢迎关注' },
    message_default_autoreply_info: { type: 'text', content: '稍后回复' },
    keyword_autoreply_info: {
      list: [
        {
          rule_name: '价格',
          reply_mode: 'random_one',
          keyword_list_info: [{ type: 'text', match_mode: 'contain', content: '价格' }],
          reply_list_info: [
            { type: 'text', content: '每台 3999 元' },
            { type: 'text', content: '请看官网' },
          ],
        },
      ],
    },
  },
  '/cgi-bin/get_current_selfmenu_info': {
    is_menu_open: 1,
    selfmenu_info: { button: [{ name: '关于我们', type: 'text', value: '我们做手机' }] },
  },
};

let folder;
let wechat;
let asked;
let answers;
before(async () => {
  wechat = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://stub');
    asked.push({ method: request.method, pathname, token: searchParams.get('access_token') });
    if (searchParams.get('media_id') === 'A PICTURE') {
      response.setHeader('content-type', 'image/png');
      return response.end('the bytes of a picture');
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answers[pathname]));
  });
  await once(wechat.listen(0, '127.0.0.1'), 'listening');
});
after(() => wechat.close());

/** Runs it to its end. */
async function adopt(changed = {}, extra = {}) {
  asked = [];
  answers = { ...ANSWERS, ...changed };
  const child = spawn('make', ['adopt'], {
    cwd: ROOT,
    env: {
      ...process.env,
      WECHAT_APP_ID: 'wx0123',
      WECHAT_APP_SECRET: 'not to be shown',
      WECHAT_API_BASE: `http://127.0.0.1:${wechat.address().port}`,
      DEV_VARS: join(folder, 'none'),
      TO: folder,
      ...extra,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].on('data', (chunk) => (output[name] += chunk));
  const [code] = await once(child, 'close');
  return { code, ...output };
}

const inFolder = (check) => async () => {
  folder = mkdtempSync(join(tmpdir(), 'fandesk-adopt-'));
  try {
    await check();
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const playbookPath = () => join(folder, 'playbook.adopted.toml');
const menuPath = () => join(folder, 'menu.adopted.json');

test(
  'the account’s own answers and menu are written as two documents',
  inFolder(async () => {
    const { code, stdout, stderr } = await adopt();
    assert.equal(code, 0, stderr);
    const playbook = readFileSync(playbookPath(), 'utf8');
    assert.match(playbook, /contains = \["价格"\]\nreply = \{ text = "每台 3999 元" \}/);
    assert.match(playbook, /# 注意 .*请看官网/);
    const menu = JSON.parse(readFileSync(menuPath(), 'utf8'));
    assert.deepEqual(menu, { button: [{ name: '关于我们', type: 'click', key: 'ADOPTED_1' }] });
    assert.match(stdout, /picked at random/);
    assert.ok(!stdout.includes('not to be shown') && !stdout.includes('a token'), 'no secret is shown');
  }),
);

test(
  'nothing is changed at WeChat',
  inFolder(async () => {
    await adopt();
    assert.deepEqual(asked, [
      { method: 'POST', pathname: '/cgi-bin/stable_token', token: null },
      { method: 'GET', pathname: '/cgi-bin/get_current_autoreply_info', token: 'a token' },
      { method: 'GET', pathname: '/cgi-bin/get_current_selfmenu_info', token: 'a token' },
    ]);
  }),
);

test(
  'a file that is there already is kept, and WeChat not asked',
  inFolder(async () => {
    writeFileSync(playbookPath(), 'mine');
    const { code, stderr } = await adopt();
    assert.notEqual(code, 0);
    assert.match(stderr, /playbook\.adopted\.toml is there already/);
    assert.equal(readFileSync(playbookPath(), 'utf8'), 'mine');
    assert.deepEqual(asked, []);
  }),
);

test(
  'an address that is not on the account’s list is named with what to do',
  inFolder(async () => {
    const errmsg = 'invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1';
    const { code, stderr } = await adopt({ '/cgi-bin/stable_token': { errcode: 40164, errmsg } });
    assert.notEqual(code, 0);
    assert.match(stderr, /40164 invalid ip 203\.0\.113\.7.*IP 白名单/);
    assert.ok(!existsSync(playbookPath()));
  }),
);

test(
  'what WeChat keeps for three days only is saved, and what is gone already is told',
  inFolder(async () => {
    const button = (name, value) => ({ name, type: 'img', value });
    const { code, stdout, stderr } = await adopt({
      '/cgi-bin/get_current_selfmenu_info': {
        is_menu_open: 1,
        selfmenu_info: { button: [button('照片', 'A PICTURE'), button('旧照', 'GONE')] },
      },
      '/cgi-bin/media/get': { errcode: 40007, errmsg: 'invalid media_id' },
    });
    assert.equal(code, 0, stderr);
    assert.equal(readFileSync(join(folder, 'media.adopted', '1.png'), 'utf8'), 'the bytes of a picture');
    assert.match(stdout, /media\.adopted\/2 could not be saved \(40007 invalid media_id\)/);
    assert.match(readFileSync(playbookPath(), 'utf8'), /media\.adopted\/1\.\*.*\n# \[\[click\]\]/s);
  }),
);

test(
  'an account without the right to one call keeps the rest',
  inFolder(async () => {
    const refused = { '/cgi-bin/get_current_selfmenu_info': { errcode: 48001, errmsg: 'api unauthorized' } };
    const { code, stdout, stderr } = await adopt(refused);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /no right to it \(48001\)/);
    assert.ok(existsSync(playbookPath()) && !existsSync(menuPath()));
  }),
);

test(
  'without an AppID and a terminal to ask at, it says what is missing',
  inFolder(async () => {
    const { code, stderr } = await adopt({}, { WECHAT_APP_ID: '' });
    assert.notEqual(code, 0);
    assert.match(stderr, /there is no WECHAT_APP_ID/);
  }),
);
