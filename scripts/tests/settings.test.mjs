import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { FIRST, otherAccounts, settingsOf } from '../lib/accounts.mjs';
import { Refusal } from '../lib/refusal.mjs';
import { makeDevVars, merge, parseDevVars, readSettings, toDotEnv } from '../lib/settings.mjs';

function inFolder(check) {
  const folder = mkdtempSync(join(tmpdir(), 'fandesk-settings-'));
  try {
    return check(join(folder, '.dev.vars'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the first run makes settings that only their owner can read', () =>
  inFolder((path) => {
    assert.equal(makeDevVars(path), true);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  }));

test('the secrets of a first run have the form that WeChat asks for', () =>
  inFolder((path) => {
    makeDevVars(path);
    const settings = parseDevVars(readFileSync(path, 'utf8'), path);
    assert.match(settings.WECHAT_APP_ID, /^wx[0-9a-f]{16}$/);
    assert.match(settings.WECHAT_APP_SECRET, /^[0-9a-f]{32}$/);
    assert.match(settings.WECHAT_TOKEN, /^[A-Za-z0-9]{3,32}$/);
    assert.match(settings.WECHAT_AES_KEY, /^[A-Za-z0-9]{43}$/);
    // The 43 characters and the padding that WeChat leaves out are 32 bytes.
    assert.equal(Buffer.from(`${settings.WECHAT_AES_KEY}=`, 'base64').length, 32);
    assert.equal('WECHAT_MODE' in settings, false);
  }));

test('an existing file is never overwritten', () =>
  inFolder((path) => {
    writeFileSync(path, 'WECHAT_TOKEN=mine\n');
    assert.equal(makeDevVars(path), false);
    assert.equal(readFileSync(path, 'utf8'), 'WECHAT_TOKEN=mine\n');
  }));

test('lines are read with comments, quotes and blanks', () => {
  const text = '# a comment\r\n\r\n A = 1 \nB="two # words" # said\nC=\'3\'\nD=a=b\nE=\nF=x # y\n';
  assert.deepEqual(parseDevVars(text, 'f'), { A: '1', B: 'two # words', C: '3', D: 'a=b', E: '', F: 'x' });
});

for (const [what, text, line] of [
  ['without an equals sign', 'A=1\nB', 2],
  ['with a name that cannot be one', '1A=1', 1],
  ['with a quote left open', 'A="1', 1],
  ['that sets a name again', 'A=1\n\nA=2', 3],
]) {
  test(`a line ${what} is refused with its number`, () => {
    assert.throws(
      () => parseDevVars(text, '.dev.vars'),
      (error) => {
        assert.ok(error instanceof Refusal);
        assert.match(error.message, new RegExp(`^\\.dev\\.vars:${line}: `));
        return true;
      },
    );
  });
}

test('the environment wins over the file, and the file over the defaults', () => {
  const defaults = { WECHAT_API_BASE: 'default', PUBLIC_ORIGIN: 'default', WECHAT_MP_BASE: 'default' };
  const file = { WECHAT_API_BASE: 'file', PUBLIC_ORIGIN: 'file' };
  const environment = { PUBLIC_ORIGIN: 'environment' };
  assert.deepEqual(merge(defaults, file, environment), {
    WECHAT_API_BASE: 'file',
    PUBLIC_ORIGIN: 'environment',
    WECHAT_MP_BASE: 'default',
  });
});

test('an empty variable in the environment takes a setting away', () => {
  assert.deepEqual(merge({ WECHAT_API_BASE: 'x' }, { WECHAT_TOKEN: 'y' }, { WECHAT_TOKEN: '' }), {
    WECHAT_API_BASE: 'x',
  });
});

test('nothing else of the environment becomes a setting', () => {
  assert.deepEqual(merge({}, {}, { HOME: '/', PATH: '/bin', PORT: '1', wechat_token: 'x' }), {});
});

test('settings come out of a first run at once', () =>
  inFolder((path) => {
    const settings = readSettings(path, { PUBLIC_ORIGIN: 'http://here' }, { WECHAT_MODE: 'plain' });
    assert.equal(settings.WECHAT_MODE, 'plain');
    assert.equal(settings.PUBLIC_ORIGIN, 'http://here');
  }));

test('values are quoted so that dotenv gives them back', () => {
  assert.equal(toDotEnv({ A: 'a b', B: "it's $5" }), "A='a b'\nB=`it's \\$5`\n");
});

test('an account that is added gets secrets of its own, once', () =>
  inFolder((path) => {
    const environment = { FANDESK_ACCOUNTS: 'school' };
    const first = readSettings(path, {}, environment);
    assert.match(first.WECHAT_APP_ID_SCHOOL, /^wx[0-9a-f]{16}$/);
    assert.match(first.WECHAT_AES_KEY_SCHOOL, /^[A-Za-z0-9]{43}$/);
    assert.notEqual(first.WECHAT_TOKEN_SCHOOL, first.WECHAT_TOKEN);
    assert.deepEqual(readSettings(path, {}, environment), first);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  }));

test('what is added to a file begins on a line of its own', () =>
  inFolder((path) => {
    writeFileSync(path, 'WECHAT_TOKEN=mine');
    const settings = readSettings(path, {}, { FANDESK_ACCOUNTS: 'school' });
    assert.equal(settings.WECHAT_TOKEN, 'mine');
    assert.match(settings.WECHAT_TOKEN_SCHOOL, /^[0-9a-f]{32}$/);
  }));

test('an account of which something is said is left as it is', () =>
  inFolder((path) => {
    const settings = readSettings(path, {}, { FANDESK_ACCOUNTS: 'a-b', WECHAT_TOKEN_A_B: 'mine' });
    assert.equal(settings.WECHAT_TOKEN_A_B, 'mine');
    assert.equal('WECHAT_APP_ID_A_B' in settings, false);
  }));

test('a simulator is told of one account only', () => {
  const settings = { WECHAT_TOKEN: '1', WECHAT_AES_KEY: 'k', WECHAT_TOKEN_A_B: '2', FANDESK_SECRET_DEMO: 's' };
  assert.equal(settingsOf(settings, FIRST), settings);
  assert.deepEqual(settingsOf(settings, 'a-b'), { WECHAT_TOKEN: '2', FANDESK_SECRET_DEMO: 's' });
});

test('names that cannot be are no accounts', () => {
  const FANDESK_ACCOUNTS = ' school,, school,default,previous-a,A_b,shop-2';
  assert.deepEqual(otherAccounts({ FANDESK_ACCOUNTS }), ['school', 'shop-2']);
  assert.deepEqual(otherAccounts({}), []);
});
