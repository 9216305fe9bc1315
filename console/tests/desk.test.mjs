// An agent's and a supervisor's work in the console, before a made-up desk.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { logIn, openBrowser, openConversation, until } from './browser.mjs';

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser.end());

const composer = (page) => page.getByRole('textbox', { name: '回复粉丝' });
const send = (page) => page.getByRole('button', { name: '发送', exact: true });
const posts = (mock, end) => mock.requests.filter(({ method, path }) => method === 'POST' && path.endsWith(end));

async function write(page, text) {
  await composer(page).fill(text);
  await send(page).click();
}

test('a wrong password is told, a second factor is asked for, and then one is in', () =>
  browser.as(null, async (page) => {
    await page.getByLabel('账号').fill('root');
    await page.getByLabel('密码').fill('wrong');
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.getByRole('alert').getByText('账号或密码不对。').waitFor();
    await logIn(page, 'root', '000000');
    await page.getByText('验证码不对或已用过').waitFor();
    await page.getByLabel('动态验证码').fill('123456');
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.getByRole('link', { name: '会话' }).waitFor();
  }));

test('an invitation sets a password once both are the same, and one that is over says so', () =>
  browser.as(
    null,
    async (page, mock) => {
      await page.getByLabel('新密码').fill('long enough for me');
      await page.getByLabel('再输入一次').fill('something else');
      await page.getByRole('button', { name: '设置密码' }).click();
      await page.getByText('两次输入不一样。').waitFor();
      await page.getByLabel('再输入一次').fill('long enough for me');
      await page.getByRole('button', { name: '设置密码' }).click();
      await page.getByText('密码已设置').waitFor();
      assert.equal(posts(mock, '/invitations/GOOD').length, 1);
      await page.goto(`${mock.url}/#/invitation/USED`);
      await page.getByText('不存在、已用过或已过期').waitFor();
    },
    { path: '/#/invitation/GOOD' },
  ));

test('a waiting fan is taken, answered, noted about and resolved, by the keyboard', () =>
  browser.as('alice', async (page, mock) => {
    await page.getByRole('button', { name: /待接入/ }).click();
    await openConversation(page, '3.105');
    await page.getByText('还没有人接入').waitFor();
    await page.locator('body').press('t');
    await composer(page).waitFor();
    await page.keyboard.press('r');
    await composer(page).fill('今天九点下班。');
    await page.keyboard.press('Control+Enter');
    await page.getByText('已交给微信').waitFor();
    assert.equal(await composer(page).inputValue(), '');

    await page.keyboard.press('Escape');
    await page.keyboard.press('n');
    await page.getByRole('textbox', { name: '内部备注' }).fill('问过两次了');
    await page.keyboard.press('Control+Enter');
    await page.getByText('艾丽丝 的备注').waitFor();
    assert.equal(posts(mock, '/messages').length, 1);

    await page.keyboard.press('Escape');
    await page.locator('body').press('e');
    await page.getByText('会话已解决').waitFor();
    assert.equal(mock.desk.conversations.get('3.105').state, 'resolved');
  }));

test('what a fan writes appears at once, counts as unread elsewhere, and is read when opened', () =>
  browser.as('alice', async (page, mock) => {
    await openConversation(page, '3.100');
    mock.fanSays('3.100', '还在吗？');
    await page.getByRole('log').getByText('还在吗？').waitFor();
    mock.fanSays('3.102', '抬头是上海某某公司');
    const row = page.locator('[data-conversation="3.102"]');
    await row.getByText('抬头是上海某某公司').waitFor();
    await row.getByText('1 条未读').waitFor();
    await until(async () => (await page.title()).startsWith('('), 'the title counts');
    await row.click();
    await page.getByRole('log').getByText('抬头是上海某某公司').waitFor();
    await until(async () => (await row.getByText('1 条未读').count()) === 0, 'read');
  }));

test('text of a fan is never markup', () =>
  browser.as('alice', async (page, mock) => {
    await openConversation(page, '3.100');
    mock.fanSays('3.100', '<img src=x onerror="document.title=1"><b>粗</b>');
    await page.getByRole('log').getByText('<b>粗</b>').waitFor();
    assert.equal(await page.getByRole('log').locator('b').count(), 0);
  }));

test('who was faster is named, and what one saw is put right', () =>
  browser.as('alice', async (page, mock) => {
    await page.getByRole('button', { name: /待接入/ }).click();
    await openConversation(page, '3.104');
    // The feed has not told yet.
    const one = mock.desk.conversations.get('3.104');
    mock.desk.conversations.set('3.104', { ...one, state: 'assigned', agent: 'p-bo', agent_name: '王博', epoch: 2 });
    await page.getByRole('toolbar', { name: '会话操作' }).getByRole('button', { name: '接入' }).click();
    await page.getByText('王博 已经接入了这个会话。').waitFor();
    await page.getByText('由 王博 接待').waitFor();
  }));

test('of two who answer at once the second sees what the first wrote, and decides', () =>
  browser.as('alice', async (page, mock) => {
    await openConversation(page, '3.100');
    // The feed is late: alice's page does not know what Bo wrote.
    const bo = mock.desk.people.get('p-bo');
    mock.feed.isMuted = true;
    mock.agentSays('3.100', bo, '已经帮您催了');
    await write(page, '我查一下');
    await page.getByText(/王博 刚刚已回复/).waitFor();
    await page.getByText('“已经帮您催了”').waitFor();
    mock.feed.isMuted = false;
    await page.getByRole('button', { name: '仍要发送' }).click();
    await until(() => mock.desk.threads.get('3.100').some(({ text }) => text === '我查一下'), 'sent');
  }));

test('a refused message keeps its text, with the reason', () =>
  browser.as('alice', async (page, mock) => {
    await openConversation(page, '3.100');
    mock.faults.push({
      path: '/messages',
      method: 'POST',
      status: 409,
      code: 'window',
      message: '48 小时已过。',
      times: 1,
    });
    await write(page, '您好');
    await page.getByText('没有发出: 48 小时已过。').waitFor();
    await page.getByRole('button', { name: '放回输入框' }).click();
    assert.equal(await composer(page).inputValue(), '您好');
  }));

test('a lost answer is asked for again with the same name, and the fan gets one message', () =>
  browser.as('alice', async (page, mock) => {
    await openConversation(page, '3.100');
    mock.faults.push({ path: '/messages', method: 'POST', status: 0, times: 1000 });
    await write(page, '马上为您处理');
    await page.getByText('等待网络').waitFor();
    mock.faults.length = 0;
    await page.getByText('已交给微信').waitFor();
    const names = new Set(posts(mock, '/messages').map(({ body }) => JSON.parse(body).client_id));
    assert.ok(posts(mock, '/messages').length > 1);
    assert.equal(names.size, 1);
    assert.equal(await page.getByRole('log').getByText('马上为您处理').count(), 1);
  }));

test('what waits to be sent outlives the page', () =>
  browser.as('alice', async (page, mock) => {
    await openConversation(page, '3.100');
    mock.faults.push({
      path: '/messages',
      method: 'POST',
      status: 503,
      code: 'unavailable',
      message: 'down',
      times: 1000,
    });
    await write(page, '稍等');
    await page.getByText('等待网络').waitFor();
    await page.reload();
    await page.getByText('等待网络').waitFor();
    mock.faults.length = 0;
    await page.getByText('已交给微信').waitFor();
  }));

test('after a dropped connection nothing is missing, whether the feed can resume or not', () =>
  browser.as('alice', async (page, mock) => {
    await openConversation(page, '3.100');
    for (const [text, forgets] of [
      ['第一次断线时', false],
      ['第二次断线时', true],
    ]) {
      mock.feed.isOpen = false;
      mock.feed.drop({ forgets });
      await page.getByText(/连接断开/).waitFor();
      mock.fanSays('3.100', text);
      mock.fanSays('3.106', text);
      if (forgets) mock.feed.drop({ forgets });
      mock.feed.isOpen = true;
      await page.getByRole('log').getByText(text).waitFor();
      await page.getByText(/连接断开/).waitFor({ state: 'hidden' });
    }
    await page.getByRole('button', { name: /全部/ }).click();
    await page.locator('[data-conversation="3.106"]').getByText('第二次断线时').waitFor();
  }));

test('a connection that has gone silent is given up for a new one, with what was missed', () =>
  browser.as('alice', async (page, mock) => {
    await openConversation(page, '3.100');
    mock.feed.isSilent = true;
    mock.fanSays('3.100', '听得到吗');
    await page.getByText(/连接断开/).waitFor();
    mock.feed.isSilent = false;
    await page.getByRole('log').getByText('听得到吗').waitFor();
  }));

test('what WeChat refused an agent writes again, and a supervisor tries again', async () => {
  const refuse = (mock) => {
    const said = mock.desk.threads.get('3.102').find(({ job }) => job !== null);
    mock.add('3.102', { ...said, job: { ...said.job, state: 'dead', last_error: '45015' } });
    return said.text;
  };
  await browser.as('alice', async (page, mock) => {
    await openConversation(page, '3.102');
    const text = refuse(mock);
    await page.getByText('没有发出: 45015').waitFor();
    await page.getByRole('button', { name: '放回输入框' }).click();
    assert.equal(await composer(page).inputValue(), text);
  });
  await browser.as('sun', async (page, mock) => {
    await openConversation(page, '3.102');
    refuse(mock);
    await page.getByText('没有发出: 45015').waitFor();
    await page.getByRole('button', { name: '重试' }).click();
    await page.getByText('已交给微信').waitFor();
  });
});

test('a colleague who writes is seen, and their draft is found', () =>
  browser.as('alice', async (page, mock) => {
    mock.drafts.set('3.105', { text: '您好，', by: 'p-bo', at: Date.now() });
    await page.getByRole('button', { name: /待接入/ }).click();
    await openConversation(page, '3.105');
    await page.getByText('这是 王博 留下的草稿').waitFor();
    assert.equal(await composer(page).inputValue(), '您好，');
    mock.hear({ type: 'typing', conversation: '3.105' }, mock.desk.people.get('p-bo'));
    await page.getByRole('log').getByText('王博 正在输入…').waitFor();
  }));

test('what came while one was elsewhere is behind a line', () =>
  browser.as('alice', async (page, mock) => {
    await openConversation(page, '3.100');
    await openConversation(page, '3.102');
    mock.fanSays('3.100', '还在等');
    await page.locator('[data-conversation="3.100"]').getByText('还在等').waitFor();
    await page.locator('[data-conversation="3.100"]').click();
    await page.getByRole('log').getByText('新消息', { exact: true }).waitFor();
  }));

test('when WeChat allows no more, the composer says why and what can be done', () =>
  browser.as('alice', async (page, mock) => {
    await openConversation(page, '3.100');
    await page.getByText(/还可发 5 条/).waitFor();
    mock.change('3.100', { window: { until: Date.now() + 3_600_000, left: 0 } });
    await page.getByText('微信允许的条数已用完。').waitFor();
    assert.equal(await composer(page).count(), 0);
    mock.change('3.100', { window: { until: null, left: 0 } });
    await page.getByText('已超过粉丝最后一次互动后的 48 小时').waitFor();
    await page.getByText('粉丝再发一条消息或点菜单后即可回复').waitFor();
    await page
      .getByRole('region', { name: '会话内容' })
      .locator('.hindered')
      .getByRole('button', { name: '等粉丝回复' })
      .click();
    await until(() => mock.desk.conversations.get('3.100').state === 'on_hold', 'on hold');
  }));

test('a draft is kept by the server, and found again on another machine', () =>
  browser.as('alice', async (page, mock) => {
    await openConversation(page, '3.100');
    await composer(page).fill('写了一半');
    await page.getByText('草稿已保存').waitFor();
    assert.equal(mock.drafts.get('3.100').text, '写了一半');
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await until(async () => (await composer(page).inputValue()) === '写了一半', 'the draft is back');
  }));

test('older messages come when one scrolls up, and the place is kept', () =>
  browser.as('alice', async (page) => {
    await openConversation(page, '3.100');
    const log = page.getByRole('log');
    await log.getByText('能帮我看看吗？').waitFor();
    assert.equal(await log.getByText('第 1 个问题').count(), 0);
    await log.evaluate((element) => (element.scrollTop = 0));
    await log.getByText('第 1 个问题').waitFor({ state: 'attached' });
    assert.ok((await log.evaluate((element) => element.scrollTop)) > 300);
  }));

test('filters become a view that is there again after a reload', () =>
  browser.as('sun', async (page) => {
    await page.getByRole('button', { name: '筛选' }).click();
    await page.getByRole('combobox', { name: '标签' }).selectOption('投诉');
    assert.equal(await page.locator('[data-conversation]').count(), 2);
    await page.getByLabel('视图名称').fill('投诉');
    await page.getByRole('button', { name: '保存为视图' }).click();
    await page.getByText('已保存视图“投诉”').waitFor();
    await page.reload();
    await page.getByRole('button', { name: /筛选/ }).click();
    await page.getByRole('button', { name: '投诉', exact: true }).click();
    await until(async () => (await page.locator('[data-conversation]').count()) === 2, 'filtered');
  }));

test('a search finds what only the server knows', () =>
  browser.as('sun', async (page) => {
    await page.getByLabel('搜索会话').fill('SF1380021');
    await page.locator('[data-conversation="3.100"]').waitFor();
    await until(async () => (await page.locator('[data-conversation]').count()) === 1, 'only that one');
  }));

test('many are handled at once, and those that could not be are told of', () =>
  browser.as('sun', async (page, mock) => {
    await page.getByLabel('选择 粉丝 …3gN6tE').check();
    await page.getByLabel('选择 粉丝 …1hP4yF').check();
    await page.getByLabel('选择 粉丝 …5lS9oJ').check();
    await page.getByRole('toolbar', { name: '批量操作' }).getByRole('button', { name: '接入' }).click();
    await page.getByText('2 个会话已处理。').waitFor();
    await page.getByText('1 个没有成功：王博 已经接入了这个会话。').waitFor();
    assert.equal(mock.desk.conversations.get('3.104').agent, 'p-sun');
  }));

test('a supervisor sees queues, what is late, and who is there, as it changes', () =>
  browser.as('sun', async (page, mock) => {
    await page.getByRole('link', { name: '看板' }).click();
    const queue = page.getByRole('row', { name: /^售后/ }).first();
    await queue.getByRole('cell', { name: '2', exact: true }).first().waitFor();
    await page
      .getByText(/首次回复已超时/)
      .first()
      .waitFor();
    await page.getByRole('row', { name: /艾丽丝 离线/ }).waitFor();
    mock.feed.tell({
      type: 'agent',
      agent: { ...mock.agent(mock.desk.people.get('p-alice')), status: 'away', load: 10 },
    });
    await page.getByRole('row', { name: /艾丽丝 离开.*已满/ }).waitFor();
    mock.change('3.107', { team: 'desk' });
    await queue.getByRole('cell', { name: '1', exact: true }).first().waitFor();
  }));

test('roles see their pages only', async () => {
  await browser.as('lin', async (page, mock) => {
    await page.getByRole('link', { name: '看板' }).waitFor();
    assert.equal(await page.getByRole('link', { name: '会话' }).count(), 0);
    await page.goto(`${mock.url}/#/inbox`);
    await page.getByText('你的角色不能看这一页。').waitFor();
    assert.equal(mock.requests.filter(({ path }) => path.startsWith('/conversations')).length, 0);
  });
  await browser.as('alice', async (page) => {
    await page.getByRole('link', { name: '会话' }).waitFor();
    assert.equal(await page.getByRole('link', { name: '看板' }).count(), 0);
  });
});

test('single keys can be switched off, and English be switched on', () =>
  browser.as('alice', async (page, mock) => {
    await page.goto(`${mock.url}/#/account`);
    await page.getByLabel(/启用单键快捷键/).uncheck();
    await page.getByLabel('语言').selectOption('en');
    await page.getByRole('heading', { name: 'My settings' }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
    await page.getByRole('link', { name: 'Inbox' }).click();
    await openConversation(page, '3.100');
    await page.locator('body').press('e');
    await page.locator('body').press('Control+k');
    await page.getByRole('combobox').waitFor();
    assert.equal(mock.desk.conversations.get('3.100').state, 'assigned');
  }));

test('who logged in anew in another window goes on in this one', () =>
  browser.as('alice', async (page, mock) => {
    await openConversation(page, '3.100');
    mock.csrf = 'another';
    await write(page, '好的');
    await page.getByText('已交给微信').waitFor();
  }));

test('what is erased at the server is gone from the page and from the browser', () =>
  browser.as('alice', async (page, mock) => {
    await openConversation(page, '3.100');
    await composer(page).fill('给这位粉丝的话');
    await page.getByRole('log').getByText('我的快递三天没动了').waitFor();
    mock.change('3.100', { openid: null, preview: '', state: 'closed', fan_tags: [] });
    await page.getByRole('log').getByText('我的快递三天没动了').waitFor({ state: 'detached' });
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
    assert.doesNotMatch(kept, /给这位粉丝的话/);
  }));

test('the command bar goes to pages and does things, found by a few letters', () =>
  browser.as('sun', async (page, mock) => {
    await page.locator('[data-conversation]').first().waitFor();
    const run = async (words) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: '命令' }).fill(words);
      await page.keyboard.press('Enter');
    };
    await run('深色');
    await until(() => page.evaluate(() => document.documentElement.dataset.theme === 'dark'), 'dark');
    await run('离开');
    await page.getByRole('button', { name: '我的状态: 离开' }).waitFor();
    assert.ok(mock.away.has('p-sun'));
    await run('看板');
    await page.getByRole('heading', { name: '看板' }).waitFor();
  }));

test('a session that is over leads to the login, and what was written is still there after it', () =>
  browser.as('alice', async (page, mock) => {
    await openConversation(page, '3.100');
    mock.sessions.clear();
    await composer(page).fill('还没写完');
    await page.getByText('登录已过期').waitFor();
    await logIn(page, 'alice');
    await until(
      async () =>
        (await composer(page)
          .inputValue()
          .catch(() => '')) === '还没写完',
      'the draft',
    );
  }));
