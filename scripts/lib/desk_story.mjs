// A few minutes at the desk, for the pictures of the console: fans who ask, an agent who answers, a supervisor who looks on.

import { comeIn, fan, invite } from './desk_people.mjs';

const FANS = [
  ['oLumo7hKq2VxA', '人工', '我的手机屏幕碎了，保修吗？'],
  ['oLumo3mTt8YpB', '人工', '换屏大概要多久？'],
  ['oLumo9wRc4ZnC', '人工', '发票抬头填错了，可以重开吗'],
  ['oLumo1sDf6UeD', '人工', '会员积分怎么兑换？'],
];

/** Plays it. What is returned are the pages to take pictures of, by their names; `newPage` makes one with a profile of its own. */
export async function playDesk(whole, newPage) {
  const [link, supervisor] = await Promise.all([
    invite(whole, { login: 'alice', name: '艾丽丝', role: 'agent', teams: ['desk'] }),
    invite(whole, { login: 'sun', name: '孙主管', role: 'supervisor', teams: ['desk'] }),
  ]);
  const page = await newPage();
  await comeIn(page, link, 'alice');
  const fans = FANS.map(([openid]) => fan(whole, openid));
  for (const [at, [, ...texts]] of FANS.entries()) {
    await fans[at].follow();
    for (const text of texts) await fans[at].say(text);
  }
  const last = FANS.at(-1);
  await page.locator('[data-conversation]').getByText(last[2]).waitFor();

  const [openid, , question] = FANS[0];
  await page.locator('[data-conversation]', { hasText: openid.slice(-6) }).click();
  await page.getByRole('log').getByText(question).waitFor();
  await answer(page, '您好！保修期内非人为损坏免费换屏。麻烦发一下手机背面的序列号。');
  await fans[0].say('LM20260318，买了半年');
  await page.getByRole('log').getByText('LM20260318').waitFor();
  await page.locator('body').press('n');
  await page.getByRole('textbox', { name: '内部备注' }).fill('已查：在保，3 月 18 日购买');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('log').getByText('已查：在保').waitFor();
  await page.getByLabel('添加标签').fill('维修');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '删除标签“维修”' }).waitFor();
  await page.getByRole('textbox', { name: '回复粉丝' }).fill('查到了，您的手机在保修期内。');
  await page.getByText('草稿已保存').waitFor();

  const wall = await newPage();
  await comeIn(wall, supervisor, 'sun');
  await wall.getByRole('link', { name: '看板' }).click();
  await wall.getByRole('row', { name: /艾丽丝 在线/ }).waitFor();
  return { console: page, wall };
}

async function answer(page, text) {
  await page.getByRole('textbox', { name: '回复粉丝' }).fill(text);
  await page.keyboard.press('Control+Enter');
  await page.getByText('已交给微信').waitFor();
  await page.keyboard.press('Escape');
}
