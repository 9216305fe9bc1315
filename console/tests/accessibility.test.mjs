import { after, before, test } from 'node:test';

import { assertAccessible, logIn, openBrowser, openConversation } from './browser.mjs';

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser.end());

const THEMES = ['light', 'dark'];

test('login and invitation are accessible', () =>
  browser.as(null, async (page, mock) => {
    await assertAccessible(page, 'login');
    await page.goto(`${mock.url}/#/invitation/GOOD`);
    await page.getByRole('heading', { name: '你好，董新' }).waitFor();
    await assertAccessible(page, 'invitation');
  }));

for (const colorScheme of THEMES) {
  test(`the inbox is accessible in ${colorScheme}`, () =>
    browser.as(
      'sun',
      async (page) => {
        await page.getByText('选一个会话').waitFor();
        await assertAccessible(page, 'nothing chosen');
        await openConversation(page, '3.100');
        await page.getByRole('button', { name: '筛选' }).click();
        await page.getByLabel('选择 粉丝 …2cR4wB').check();
        await assertAccessible(page, 'a conversation chosen, another selected');
        await page.keyboard.press('Control+k');
        await page.getByRole('combobox', { name: '命令' }).waitFor();
        await assertAccessible(page, 'the command bar');
        await page.keyboard.press('Escape');
        await page.locator('body').press('?');
        await page.getByRole('dialog').waitFor();
        await assertAccessible(page, 'the help');
      },
      { colorScheme },
    ));

  test(`wall and settings are accessible in ${colorScheme}`, () =>
    browser.as(
      'sun',
      async (page, mock) => {
        await page.goto(`${mock.url}/#/wall`);
        await page.getByRole('heading', { name: '各团队队列' }).waitFor();
        await assertAccessible(page, 'wall');
        await page.goto(`${mock.url}/#/account`);
        await page.getByText('本机').waitFor();
        await assertAccessible(page, 'settings');
      },
      { colorScheme },
    ));
}

test('on a phone, list and thread are accessible, one at a time', () =>
  browser.as(
    'alice',
    async (page) => {
      await page.locator('[data-conversation]').first().waitFor();
      await assertAccessible(page, 'list');
      await openConversation(page, '3.100');
      await page.getByRole('region', { name: '会话列表' }).waitFor({ state: 'hidden' });
      await assertAccessible(page, 'thread');
      await page.getByRole('button', { name: '返回列表' }).click();
      await page.locator('[data-conversation]').first().waitFor();
    },
    { viewport: { width: 390, height: 844 } },
  ));

test('a second factor is asked for after the password', () =>
  browser.as(null, async (page) => {
    await logIn(page, 'root');
    await page.getByLabel('动态验证码').waitFor();
    await assertAccessible(page, 'code');
  }));
