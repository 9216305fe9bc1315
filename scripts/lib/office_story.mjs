// An admin beside the conversations, for the pictures of the console: a playbook with a mistake, tried on its phone, and the menu.

import { comeIn, invite } from './desk_people.mjs';

/** Plays it. What is returned are the pages to take pictures of, by their names. */
export async function playOffice(whole, newPage) {
  const people = ['he', 'lu'].map((login) => ({ login, name: '何主任', role: 'admin', teams: ['desk'] }));
  const [first, second] = await Promise.all(people.map((person) => invite(whole, person)));
  const playbook = await newPage();
  await comeIn(playbook, first, 'he');
  await tryPlaybook(playbook);
  const menu = await newPage();
  await comeIn(menu, second, 'lu');
  await tryMenu(menu);
  return { playbook, menu };
}

async function tryPlaybook(page) {
  await page.getByRole('link', { name: '话术' }).click();
  for (const [text, answer] of [
    ['菜单', '拾光自助服务'],
    ['1', '售后服务，请回复数字'],
  ]) {
    await page.getByLabel('像粉丝一样说句话').fill(text);
    await page.keyboard.press('Enter');
    await page.getByRole('log').getByText(answer).waitFor();
  }
  const document = page.getByRole('textbox', { name: '话术文档' });
  const text = await document.inputValue();
  await document.fill(text.replace('name = "go"\nexact', 'name = "go"\nexakt'));
  await page.getByRole('button', { name: /^第 \d+ 行$/ }).click();
}

async function tryMenu(page) {
  await page.getByRole('link', { name: '菜单' }).click();
  await page.getByRole('button', { name: '帮助', exact: true }).click();
  await page.getByRole('log').getByText('拾光客服在这里').waitFor();
  await page.locator('[data-button="button[2].sub_button[0]"]').click();
  await page.getByRole('button', { name: '≡ 更多' }).click();
}
