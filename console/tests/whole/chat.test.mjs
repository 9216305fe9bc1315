// A visitor of the company's web site in the chat, and an agent in the console, with the real Worker.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startWhole } from '../../../scripts/lib/whole.mjs';
import { assertAccessible, openPage } from '../browser.mjs';
import { comeIn, invite } from '../../../scripts/lib/desk_people.mjs';

const ends = [];
let whole;
before(async () => (whole = await startWhole((end) => ends.push(end), { FANDESK_WEBCHAT: 'on' })));
after(async () => {
  for (const end of ends.reverse()) await end();
});

async function openChat(options) {
  const { page, complaints, end } = await openPage(options);
  ends.push(end);
  await page.goto(`${whole.worker}/chat`);
  const log = page.getByRole('log', { name: '聊天记录' });
  const write = async (text) => {
    await page.getByRole('textbox', { name: '输入您的问题' }).fill(text);
    await page.keyboard.press('Enter');
  };
  return { page, complaints, log, write };
}

test('a visitor is answered by the bot and by an agent, says how it was, and is forgotten', async () => {
  const link = await invite(whole, {
    login: 'alice',
    name: '王艾丽',
    role: 'agent',
    teams: ['desk'],
    persona: { name: '小丽' },
  });
  const { page: desk, complaints: ofDesk, end } = await openPage();
  ends.push(end);
  await comeIn(desk, link, 'alice');
  const { page, complaints, log, write } = await openChat();

  await write('GO');
  await log.getByText('智能客服').first().waitFor();
  await write('人工');
  await write('我的快递三天没动了');
  await log.getByText('我的快递三天没动了').waitFor();
  await assertAccessible(page, 'the chat');

  await desk.getByRole('button', { name: /全部/ }).click();
  const row = desk.locator('[data-conversation]').first();
  await row.getByText('我的快递三天没动了').waitFor();
  await row.click();
  await desk.getByRole('log').getByText('我的快递三天没动了').waitFor();
  const take = desk.getByRole('toolbar', { name: '会话操作' }).getByRole('button', { name: '接入' });
  if (await take.isVisible()) await take.click();
  await desk.getByRole('textbox', { name: '回复粉丝' }).fill('您好，我马上帮您查。');
  await desk.keyboard.press('Control+Enter');

  await log.getByText('您好，我马上帮您查。').waitFor();
  await log.getByText('小丽').waitFor();
  await desk.getByText('已送达网页').waitFor();
  assert.equal(await log.getByText('王艾丽').count(), 0);

  await desk.getByRole('toolbar', { name: '会话操作' }).getByRole('button', { name: '解决' }).click();
  await log.getByRole('button', { name: '5 非常满意 Excellent' }).click();
  await log.getByText('感谢').waitFor();
  await desk.getByText('满意度 5/5').first().waitFor();

  // The same chat after the page is opened again.
  await page.reload();
  await log.getByText('您好，我马上帮您查。').waitFor();
  page.once('dialog', (dialog) => dialog.accept());
  await page.getByRole('button', { name: '删除聊天记录' }).click();
  await page.getByText('聊天记录已删除。').waitFor();
  assert.equal(await log.locator('[data-key]').count(), 0);
  assert.deepEqual([complaints, ofDesk], [[], []]);
});

test('what cannot be sent says so and is sent again once', async () => {
  const { page, log, write } = await openChat();
  await page.route('**/chat/**', (route) => route.abort());
  await write('GO');
  await log.getByText('没有发出。').waitFor();
  await page.unroute('**/chat/**');
  await log.getByRole('button', { name: '重发' }).click();
  await log.getByText('智能客服').waitFor();
  assert.equal(await log.getByText('GO', { exact: true }).count(), 1);
});

test('on a phone in the dark and in English it is accessible too', async () => {
  const { page, complaints, write } = await openChat({
    viewport: { width: 390, height: 844 },
    colorScheme: 'dark',
  });
  await write('菜单');
  await page.getByText('智能客服').waitFor();
  await assertAccessible(page, 'dark, on a phone');
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'Chat with us' }).waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  await assertAccessible(page, 'in English');
  await page.getByRole('textbox', { name: 'Your question' }).fill('x'.repeat(2049));
  await page.getByText('Too long by about 1 letters').waitFor();
  await page.keyboard.press('Enter');
  assert.equal(await page.getByText('Sending…').count(), 0);
  assert.deepEqual(complaints, []);
});
