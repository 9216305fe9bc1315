// Where the secrets of a deployment come from, without a deployment.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';

import { Refusal } from '../lib/refusal.mjs';
import { atTerminal, gather, SECRETS } from '../lib/secrets.mjs';

const ALL = SECRETS.map(({ name }) => name);
const RIGHT = { WECHAT_APP_ID: 'wx0123456789abcdef', WECHAT_TOKEN: 'aRightToken' };

async function inFolder(check) {
  const folder = mkdtempSync(join(tmpdir(), 'fandesk-secrets-'));
  try {
    return await check(join(folder, 'file'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Someone who gives these answers, each once, and notes what they were asked. */
function person(answers) {
  const asked = [];
  const ask = async ({ name }, complaint) => {
    asked.push(complaint === undefined ? name : `${name}: ${complaint}`);
    return answers[name]?.shift() ?? '';
  };
  return { asked, ask };
}

test('a person is asked for what Cloudflare lacks, in order, and may leave out what is not needed', () =>
  inFolder(async (file) => {
    const { asked, ask } = person({ WECHAT_APP_ID: [RIGHT.WECHAT_APP_ID], WECHAT_TOKEN: [RIGHT.WECHAT_TOKEN] });
    const { values, missing } = await gather({ present: new Set(), environment: {}, file, ask });
    assert.deepEqual(asked, ['WECHAT_APP_ID', 'WECHAT_TOKEN', 'WECHAT_AES_KEY', 'WECHAT_APP_SECRET']);
    assert.equal(values.WECHAT_TOKEN, RIGHT.WECHAT_TOKEN);
    assert.deepEqual(
      missing.map(({ name }) => name),
      ['WECHAT_AES_KEY', 'WECHAT_APP_SECRET'],
    );
  }));

test('who left something out is not asked for it again at each deploy', () =>
  inFolder(async (file) => {
    const { asked, ask } = person({});
    const present = new Set(ALL.filter((name) => name !== 'WECHAT_AES_KEY'));
    const { values } = await gather({ present, environment: {}, file, ask });
    assert.deepEqual([asked, values], [[], {}]);
    assert.ok(!existsSync(file));
  }));

test('a malformed answer is asked for again with what it should be, and a third one ends it', () =>
  inFolder(async (file) => {
    const slip = person({ WECHAT_APP_ID: [RIGHT.WECHAT_APP_ID], WECHAT_TOKEN: ['no!', '', RIGHT.WECHAT_TOKEN] });
    await gather({ present: new Set(), environment: {}, file, ask: slip.ask });
    assert.deepEqual(slip.asked.slice(1, 4), [
      'WECHAT_TOKEN',
      'WECHAT_TOKEN: that is not it: it has 3 to 32 letters and digits',
      'WECHAT_TOKEN: it is needed',
    ]);
    const never = person({ WECHAT_APP_ID: ['!', '!', '!'] });
    await assert.rejects(gather({ present: new Set(), environment: {}, file, ask: never.ask }), Refusal);
  }));

test('what was made up stays the same until Cloudflare has it', () =>
  inFolder(async (file) => {
    const once = () => gather({ present: new Set(), environment: RIGHT, file });
    const first = await once();
    const second = await once();
    assert.deepEqual(second.values, first.values);
    assert.match(first.values.FANDESK_DATA_KEY, /^[0-9a-f]{64}$/);
    assert.ok(readFileSync(file, 'utf8').includes(first.values.FANDESK_ADMIN_TOKEN));
  }));

test('a token of one’s own is taken instead of one that is made up, and written nowhere', () =>
  inFolder(async (file) => {
    const present = new Set(ALL.filter((name) => name !== 'FANDESK_ADMIN_TOKEN'));
    const environment = { FANDESK_ADMIN_TOKEN: 'my-own' };
    const { values, made } = await gather({ present, environment, file });
    assert.deepEqual([values, made], [environment, []]);
    assert.ok(!existsSync(file));
  }));

test('a file that a person has broken is refused with its line', () =>
  inFolder(async (file) => {
    writeFileSync(file, 'FANDESK_DATA_KEY\n');
    await assert.rejects(gather({ present: new Set(), environment: RIGHT, file }), /:1: expected KEY=VALUE/);
  }));

/** A terminal at which somebody types. */
function terminal() {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = '';
  output.on('data', (chunk) => (shown += chunk));
  return { input, ask: atTerminal(input, output), shown: () => shown };
}

test('what is typed does not show', async () => {
  const { input, ask, shown } = terminal();
  const answer = ask({ name: 'WECHAT_TOKEN', what: 'the token' });
  input.write('aRightToken\r');
  assert.equal(await answer, 'aRightToken');
  assert.equal(shown(), 'WECHAT_TOKEN (the token): \n');
});

test('whoever ends the input instead of answering ends the deploy', async () => {
  const { input, ask } = terminal();
  const answer = ask({ name: 'WECHAT_TOKEN', what: 'the token' });
  input.end();
  await assert.rejects(answer, /no answer; nothing was deployed/);
});
