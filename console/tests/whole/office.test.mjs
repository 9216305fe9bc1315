// What is done beside the conversations, with the real Worker: the playbook and the menu are written and put in force, people come and
// go, a job that failed is replayed, and the audit log has it all.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startWhole } from '../../../scripts/lib/whole.mjs';
import { assertAccessible, openPage, until } from '../browser.mjs';
import { accept, comeIn, fan, invite } from '../../../scripts/lib/desk_people.mjs';

const ends = [];
let whole;
let admin;

before(async () => {
  whole = await startWhole((end) => ends.push(end));
  admin = await browserOf({ login: 'root', name: '何主任', role: 'admin', teams: ['desk'] });
});
after(async () => {
  for (const end of ends.reverse()) await end();
});

/** Somebody with a browser of their own, logged in. */
async function browserOf(person, options) {
  const link = await invite(whole, person);
  const opened = await openPage(options);
  ends.push(opened.end);
  await (person.role === 'analyst' ? accept : comeIn)(opened.page, link, person.login);
  return opened;
}

async function go(page, hash, heading) {
  await page.goto(`${whole.worker}/#/${hash}`);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
}

const asTool = (path, method, body, headers = {}) =>
  fetch(`${whole.worker}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${whole.token}`, ...headers },
    ...(body !== undefined && { body }),
  });

const editor = (page) => page.getByRole('textbox', { name: '话术文档' });
const saysInPhone = async (page, text) => {
  await page.getByLabel('像粉丝一样说句话').fill(text);
  await page.keyboard.press('Enter');
};
const toast = (page, text) => page.locator('[role=status]', { hasText: text }).first().waitFor();

test('a playbook is written, tried on the phone, published, and taken back', async () => {
  const { page } = admin;
  const customer = fan(whole, 'oOffice1');
  const before = (await customer.say('GO')).reply.content;
  await go(page, 'playbook', '话术');
  await until(async () => (await editor(page).inputValue()).includes('name = "go"'), 'the document is there');
  const document = await editor(page).inputValue();

  // A mistake is told at its line, without saving.
  await editor(page).fill(document.replace('name = "go"\nexact', 'name = "go"\nexakt'));
  const line = document.slice(0, document.indexOf('name = "go"')).split('\n').length + 1;
  await page.getByRole('button', { name: `第 ${line} 行` }).click();
  const at = await editor(page).evaluate((area) => area.value.slice(0, area.selectionStart).split('\n').length);
  assert.equal(at, line);

  await editor(page).fill(document.replace('出发！', '出发啦！'));
  await saysInPhone(page, 'GO');
  await page.getByRole('log').getByText('出发啦！').waitFor();
  assert.equal((await customer.say('GO')).reply.content, before);
  await page.keyboard.press('Control+s');
  await toast(page, '草稿已保存');
  await assertAccessible(page, 'the playbook');

  await page.getByRole('button', { name: '发布', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: '发布草稿？' });
  await dialog.getByText('出发啦！').waitFor();
  await assertAccessible(page, 'what is different');
  await dialog.getByRole('button', { name: '发布', exact: true }).click();
  await page.getByText('第 2 版已生效').waitFor();
  assert.match((await customer.say('GO')).reply.content, /出发啦！/);

  await page.getByRole('link', { name: '版本', exact: true }).click();
  await page.getByRole('button', { name: '恢复第 1 版' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '恢复', exact: true }).click();
  await page.getByText('恢复自第 1 版').waitFor();
  assert.equal((await customer.say('GO')).reply.content, before);
  await assertAccessible(page, 'versions');

  // They are counted in D1, some seconds later.
  const counted = async () => (await (await asTool('/playbook/hits?prefix=rule:go', 'GET')).json()).items.length > 0;
  await until(counted, 'hits are counted');
  await page.getByRole('link', { name: '命中' }).click();
  await page.getByText('rule:go').waitFor();
  await assertAccessible(page, 'hits');
  await page.getByRole('link', { name: '生效范围' }).click();
  await page.getByText(/第 3 版已在全部 \d+ 个分片生效/).waitFor();
  await assertAccessible(page, 'shards');
});

test('who saves a draft after somebody else is told, and chooses whose it is', async () => {
  const { page } = admin;
  await go(page, 'playbook', '话术');
  await until(async () => (await editor(page).inputValue()).includes('name = "go"'), 'the document is there');
  const theirs = 'default = { text = "theirs" }\n';
  await asTool('/playbook/draft', 'PUT', theirs, { 'content-type': 'application/toml' });
  await editor(page).fill('default = { text = "mine" }\n');
  await page.getByRole('button', { name: '保存草稿' }).click();
  const dialog = page.getByRole('dialog', { name: '别人刚刚改过' });
  await dialog.getByRole('button', { name: '改用对方的' }).click();
  await until(async () => (await editor(page).inputValue()) === theirs, 'theirs is shown');
  await page.getByRole('button', { name: '丢弃草稿' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '丢弃草稿' }).click();
  await until(async () => (await editor(page).inputValue()).includes('name = "go"'), 'what is in force is shown');
  assert.equal((await asTool('/playbook/draft', 'GET')).status, 404);
});

test('a menu is edited by keys, held to its limits, published and restored', async () => {
  const { page } = admin;
  await go(page, 'menu', '自定义菜单');
  const first = page.locator('[data-button="button[0]"]');
  await first.focus();
  await page.keyboard.press('Enter');
  const name = page.getByLabel('名称');
  await name.fill('帮助中心了吧');
  await page.getByText('太长：18 字节，最多 16 字节').waitFor();
  assert.ok(await page.getByRole('button', { name: '发布', exact: true }).isDisabled());
  await assertAccessible(page, 'a menu with a mistake');
  await name.fill('自助');
  await page.getByRole('button', { name: '往后移' }).press('Enter');
  await page.locator('[data-button="button[1]"]', { hasText: '自助' }).waitFor();
  await page.getByRole('button', { name: '在「自助」下添加子菜单项' }).press('Enter');
  await name.fill('常见问题');
  await page.getByLabel('键值').fill('NOBODY_ANSWERS');
  await page.getByRole('button', { name: '检查' }).click();
  await page.getByText(/微信可以接受，但有 \d 处提醒/).waitFor();
  await page.getByLabel('键值').fill('HELP');

  await page.getByRole('button', { name: '≡ 自助' }).click();
  await page.getByRole('button', { name: '常见问题', exact: true }).click();
  await page.getByRole('log').getByText('拾光客服在这里').waitFor();

  await page.getByRole('button', { name: '发布', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: '发布', exact: true }).click();
  await page.getByText(/第 \d+ 版已发布/).waitFor();
  await page.getByRole('link', { name: '微信现状' }).click();
  await page.getByText('微信上的菜单与最近一版一致').waitFor();
  await page.getByText('常见问题').waitFor();
  await assertAccessible(page, 'what WeChat has');
  await page.getByRole('link', { name: '版本', exact: true }).click();
  await page.getByRole('button', { name: '恢复第 1 版' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '恢复', exact: true }).click();
  await page.getByText('恢复自第 1 版').waitFor();
  await assertAccessible(page, 'versions of the menu');
});

test('a job that failed shows why, and is replayed after saying what that means', async () => {
  const { page } = admin;
  const customer = fan(whole, 'oOffice2');
  await customer.say('GO');
  const fault = { path: '/cgi-bin/message/custom/send', errcode: 45047, times: 1 };
  await fetch(new URL('sim/faults', whole.phone), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
  const written = JSON.stringify({ text: '包裹到了' });
  const sent = await asTool('/fans/oOffice2/messages', 'POST', written, { 'content-type': 'application/json' });
  const { id } = await sent.json();
  await until(async () => (await (await asTool(`/jobs/${id}`, 'GET')).json()).state === 'dead', 'it failed');

  await go(page, 'jobs', '任务');
  await page.getByRole('link', { name: '失败' }).click();
  await page.getByRole('button', { name: new RegExp(id) }).click();
  const dialog = page.getByRole('dialog', { name: `任务 ${id}` });
  await dialog.getByText('45047').waitFor();
  await dialog.getByRole('button', { name: '重发' }).click();
  await dialog.getByText('重发后会再试一遍').waitFor();
  await assertAccessible(page, 'a job');
  await dialog.getByRole('button', { name: '确认重发' }).click();
  await page.getByText('已重新排队').waitFor();
  await until(async () => (await customer.heard()).some(({ content }) => content === '包裹到了'), 'it arrived');
});

test('someone is invited, works, and is logged out when they leave', async () => {
  const { page } = admin;
  await go(page, 'people', '人员与团队');
  await page.getByRole('button', { name: '邀请成员' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('姓名').fill('王五');
  await form.getByLabel('登录账号').fill('root');
  await form.getByLabel('技能').fill('英语，维修');
  await form.getByRole('button', { name: '添加并生成邀请链接' }).click();
  await form.getByRole('alert').waitFor();
  await form.getByLabel('登录账号').fill('wang');
  await form.getByRole('button', { name: '添加并生成邀请链接' }).click();
  const link = await page.getByRole('textbox', { name: '邀请链接' }).inputValue();
  await assertAccessible(page, 'an invitation');
  await page.keyboard.press('Escape');
  await page.getByRole('row', { name: /王五.*英语、维修/ }).waitFor();
  await assertAccessible(page, 'people');

  const other = await openPage();
  ends.push(other.end);
  await comeIn(other.page, link, 'wang');
  assert.equal(await other.page.getByRole('link', { name: '话术' }).count(), 0);
  await other.page.goto(`${whole.worker}/#/people`);
  await other.page.getByText('你的角色不能看这一页').waitFor();

  await page.getByRole('button', { name: '修改王五' }).click();
  await form.getByRole('button', { name: '停用' }).click();
  await form.getByRole('button', { name: '确认停用' }).click();
  await page.getByText('已停用。').waitFor();
  await other.page.goto(`${whole.worker}/#/account`);
  await other.page.reload();
  await other.page.getByRole('heading', { name: '登录服务台' }).waitFor();
  assert.deepEqual(other.complaints, []);
});

test('a team gets deadlines and hours, a mistake in them is told, and it is deleted again', async () => {
  const { page } = admin;
  await go(page, 'people/teams', '人员与团队');
  await page.getByRole('button', { name: '添加团队' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('团队名称').fill('售后');
  await form.getByLabel('编号').fill('after');
  await form.getByLabel('粉丝标签').fill('会员、VIP');
  await form.getByText('时限', { exact: true }).click();
  await form.getByRole('button', { name: '为标签设置时限' }).click();
  await form.getByLabel('会话标签').fill('投诉');
  await form.getByLabel('首次回复').nth(1).fill('5');
  await form.getByText('服务时间', { exact: true }).click();
  await form.getByLabel('有服务时间').check();
  await form.getByLabel('时段', { exact: true }).fill('09:00-8点');
  await form.getByText('排班', { exact: true }).click();
  await form.getByRole('button', { name: '添加班次' }).click();
  await assertAccessible(page, 'a team');
  await form.getByRole('button', { name: '保存' }).click();
  await form.getByRole('alert').getByText('09:00-8点').waitFor();
  await form.getByLabel('时段', { exact: true }).fill('09：00–18：00');
  await form.getByRole('button', { name: '保存' }).click();
  await page.getByRole('heading', { name: /售后/ }).waitFor();
  const { items } = await (await asTool('/teams', 'GET')).json();
  const team = items.find(({ id }) => id === 'after');
  assert.deepEqual(team.tags, ['会员', 'VIP']);
  assert.deepEqual(team.policy.by_tag, { 投诉: { first_answer_ms: 300_000 } });
  assert.deepEqual(team.hours.open, [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], times: ['09:00-18:00'] }]);
  assert.equal(team.roster.length, 1);
  await assertAccessible(page, 'teams');

  await page.getByRole('button', { name: '修改团队售后' }).click();
  await form.getByRole('button', { name: '删除团队' }).click();
  await form.getByRole('button', { name: '确认删除' }).click();
  await page.getByText('团队已删除').waitFor();
});

test('the audit log has what was done, and is whole', async () => {
  const { page } = admin;
  await go(page, 'audit', '审计');
  await page.getByRole('button', { name: '核对' }).click();
  await page.getByText(/核对完毕：全部 \d+ 行都和写下时一样/).waitFor();
  await page.getByLabel('操作').fill('playbook.publish');
  await page.getByRole('button', { name: '筛选' }).click();
  await until(async () => (await page.locator('tbody tr').count()) >= 2, 'what was published');
  const rows = await page.locator('tbody tr').allInnerTexts();
  assert.ok(
    rows.every((row) => row.includes('playbook.publish')),
    rows.join('\n'),
  );
  assert.ok(rows.some((row) => row.includes('何主任')));
  await assertAccessible(page, 'the audit log');
});

test('the state of the system is told, and what fails can be tried again', async () => {
  const { page } = admin;
  let isDown = true;
  await page.route('**/api/v1/capabilities', (route) => (isDown ? route.abort() : route.continue()));
  await go(page, 'settings', '系统');
  await page.getByText('一切正常').first().waitFor();
  await page.getByText('服务器没有回应').waitFor();
  isDown = false;
  await page.getByRole('button', { name: '刷新: 公众号的能力' }).click();
  await page.getByText('被动回复').waitFor();
  await assertAccessible(page, 'the system');
});

test('an analyst reads in English and changes nothing; a right that is missing is named', async () => {
  const { page, complaints } = await browserOf(
    { login: 'lin', name: 'Lin', role: 'analyst', teams: [] },
    { viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
  );
  await page.goto(`${whole.worker}/#/account`);
  await page.getByLabel('语言').selectOption('en');
  for (const [hash, heading] of [
    ['playbook', 'Playbook'],
    ['menu', 'Custom menu'],
    ['jobs', 'Jobs'],
    ['audit', 'Audit'],
    ['settings', 'System'],
  ]) {
    await go(page, hash, heading);
    await page.getByText('Loading…').first().waitFor({ state: 'hidden' });
    await assertAccessible(page, `${hash} on a phone in the dark`);
    assert.equal(await page.getByRole('button', { name: /^(Save draft|Publish|Replay)$/ }).count(), 0, hash);
  }
  await page.route('**/api/v1/jobs*', (route) =>
    route.fulfill({ status: 403, json: { error: { code: 'forbidden', message: 'no' } } }),
  );
  await go(page, 'jobs/dead', 'Jobs');
  await page.getByText('You lack the right to see jobs; it takes the role Admin or Supervisor or Analyst.').waitFor();
  assert.deepEqual(complaints, []);
  assert.deepEqual(admin.complaints, []);
});
