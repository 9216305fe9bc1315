// What every browser test begins with: a made-up desk, a Chromium without a window, someone logged in, and a look at what went wrong.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';

import axe from 'axe-core';
import { chromium } from 'playwright-core';

import { startMock } from '../mock/server.mjs';
import { PASSWORD } from '../mock/state.mjs';

/** A machine that compiles beside the tests is slow. */
const PATIENCE_MS = 20_000;

/** Debian's, unless CHROMIUM names another. */
function browserPath() {
  const path = process.env.CHROMIUM || '/usr/bin/chromium';
  assert.ok(existsSync(path), `${path} is missing: install Debian's package 'chromium', or set CHROMIUM to a Chromium`);
  return path;
}

async function launch() {
  return chromium.launch({
    executablePath: browserPath(),
    args: [
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    chromiumSandbox: false,
  });
}

/** A page with a profile of its own, and what it complains of while it is used. */
async function newPage(browser, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1360, height: 860 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const complaints = [];
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  // What the policy forbids is said here, and what Svelte warns of. That answers and sockets fail is part of tests.
  page.on('console', (line) => {
    const text = line.text();
    const isExpected = text.startsWith('Failed to load resource') || text.includes('WebSocket connection');
    if ((line.type() === 'error' && !isExpected) || text.includes('svelte.dev/e/')) complaints.push(text);
  });
  // No test asks the world for anything.
  await page.route(/^https?:\/\/(?!127\.0\.0\.1)/, (route) => route.abort());
  return { page, complaints, context };
}

/** A browser with one page. */
export async function openPage(options = {}) {
  const browser = await launch();
  const { page, complaints } = await newPage(browser, options);
  return { page, complaints, end: () => browser.close() };
}

/** One browser for a file of tests, each test with a desk and a profile of its own. */
export async function openBrowser() {
  const browser = await launch();
  return {
    end: () => browser.close(),
    /** Runs `test` as `login` (null: nobody yet), then looks whether the page complained of anything. */
    as: async (login, test, { path = '/', ...options } = {}) => {
      const mock = await startMock();
      const { page, complaints, context } = await newPage(browser, options);
      try {
        await page.goto(`${mock.url}${path}`);
        if (login !== null) {
          await logIn(page, login);
          await page.getByRole('navigation').waitFor();
        }
        await test(page, mock);
        assert.deepEqual(complaints, []);
      } finally {
        await context.close();
        await mock.end();
      }
    },
  };
}

export async function logIn(page, login, code) {
  await page.getByLabel('账号').fill(login);
  await page.getByLabel('密码').fill(PASSWORD);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  if (code === undefined) return;
  await page.getByLabel('动态验证码').fill(code);
  await page.getByRole('button', { name: '登录', exact: true }).click();
}

/** Opens a conversation, and waits for its thread. */
export async function openConversation(page, id) {
  await page.locator(`[data-conversation="${id}"]`).click();
  await page.locator(`[data-conversation="${id}"][aria-current]`).waitFor({ state: 'attached' });
  await page.locator('.bubble').first().waitFor();
}

/** Waits until `look` gives what is true. */
export async function until(look, what) {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(`not within ${PATIENCE_MS} ms: ${what}`);
}

/** Asserts that axe finds nothing against WCAG 2.2 A and AA on the page as it is. */
export async function assertAccessible(page, where) {
  // By the debugger, which the page's policy does not hold up.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`),
  );
  assert.deepEqual(found, [], where);
}
