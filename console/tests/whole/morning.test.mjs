// An agent's morning with the real Worker, from the invitation to the fan's score.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startWhole } from '../../../scripts/lib/whole.mjs';
import { assertAccessible, openPage, until } from '../browser.mjs';
import { comeIn, fan, invite } from '../../../scripts/lib/desk_people.mjs';

const ends = [];
let whole;
before(async () => (whole = await startWhole((end) => ends.push(end))));
after(async () => {
  for (const end of ends.reverse()) await end();
});

const composer = (page) => page.getByRole('textbox', { name: '回复粉丝' });

test('a fan asks for a person, is answered in the console, and says how it was', async () => {
  const customer = fan(whole, 'oMorning1');
  const link = await invite(whole, { login: 'alice', name: '艾丽丝', role: 'agent', teams: ['desk'] });
  const { page, complaints, end } = await openPage();
  ends.push(end);
  await comeIn(page, link, 'alice');

  await customer.follow();
  await customer.say('人工');
  await customer.say('我的快递三天没动了');
  await page.getByRole('button', { name: /全部/ }).click();
  const row = page.locator('[data-conversation]').first();
  await row.getByText('我的快递三天没动了').waitFor();
  await row.click();
  await page.getByRole('log').getByText('我的快递三天没动了').waitFor();
  const take = page.getByRole('toolbar', { name: '会话操作' }).getByRole('button', { name: '接入' });
  if (await take.isVisible()) await take.click();
  await page.getByText(/还可发 \d 条/).waitFor();

  await composer(page).fill('您好，我马上帮您查。');
  await page.keyboard.press('Control+Enter');
  await page.getByText('已交给微信').waitFor();
  await until(
    async () => (await customer.heard()).some(({ content }) => content === '您好，我马上帮您查。'),
    'answered',
  );

  await customer.say('单号是 SF1380021');
  await page.getByRole('log').getByText('单号是 SF1380021').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await page.getByRole('textbox', { name: '内部备注' }).fill('已催件');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('log').getByText('已催件').waitFor();
  await page.getByLabel('添加标签').fill('物流');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '删除标签“物流”' }).waitFor();
  await assertAccessible(page, 'the inbox with the real Worker');

  await page.getByRole('toolbar', { name: '会话操作' }).getByRole('button', { name: '解决' }).click();
  await page.getByText('会话已解决').waitFor();
  await until(async () => (await customer.heard()).length > 1, 'the fan is asked how it was');
  await customer.say('5');
  await page.getByText('满意度 5/5').first().waitFor();

  await customer.say('还是没有收到');
  await page.getByText('重新打开 1 次').waitFor();
  assert.deepEqual(complaints, []);
});
