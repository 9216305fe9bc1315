// `make screenshots`: takes the pictures of the README, by playing a short story on the simulator's phone page in a
// Chromium without a window, opening the log of it, and playing another one in the console.
//
// Environment: CHROMIUM, the browser to use (default: where Debian's package `chromium` puts it). What the page says is
// Chinese, so the machine needs a font for that too (Debian: `fonts-noto-cjk`).

import './lib/node.mjs';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { chromium } from 'playwright-core';

import { inCheckout } from './lib/checkout.mjs';
import { askedToEnd } from './lib/children.mjs';
import { Refusal, report } from './lib/refusal.mjs';
import { playDesk } from './lib/desk_story.mjs';
import { playOffice } from './lib/office_story.mjs';
import { startWhole } from './lib/whole.mjs';

const PHONE = { 'docs/images/phone.png': 'light', 'docs/images/phone-dark.png': 'dark' };
const LOG = { 'docs/images/log.png': 'light', 'docs/images/log-dark.png': 'dark' };

/** Pages of the console, by the names that the stories give them. */
const DESK = ['console', 'wall', 'playbook', 'menu'];

/** A repository keeps every version of a picture for ever. */
const LARGEST = 250_000;

const CHROMIUM_FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** As high as the page's phone grows, with the margins around it. */
const VIEWPORT = { width: 1280, height: 892 };

const PATIENCE_MS = 15_000;

function browserPath() {
  const path = process.env.CHROMIUM || '/usr/bin/chromium';
  if (existsSync(path)) return path;
  throw new Refusal(`${path} is missing: install Debian's package 'chromium', or set CHROMIUM to a Chromium`);
}

/** What gives pages, each with a profile of its own. */
async function openBrowser(executablePath, onEnd) {
  const browser = await chromium.launch({
    executablePath,
    args: CHROMIUM_FLAGS,
    chromiumSandbox: false,
    // A signal has more to end than the browser.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  onEnd(() => browser.close());
  return async () => {
    const context = await browser.newContext({
      viewport: VIEWPORT,
      colorScheme: 'light',
      reducedMotion: 'reduce',
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    return context.newPage();
  };
}

/** A fan follows, looks around and asks for a parcel, each thing after the answer to the one before. */
async function play(page) {
  const answers = page.locator('#log .row.theirs');
  let answered = 0;
  const untilAnswered = () => answers.nth(answered++).waitFor();

  await page.click('#follow');
  await untilAnswered();
  await page.click('#to-keyboard');
  for (const text of ['GO', '菜单', '1', '查物流 12345']) {
    await page.fill('#input', text);
    await page.press('#input', 'Enter');
    await untilAnswered();
  }
  // It comes when the business system has answered, by the customer-service interface.
  await untilAnswered();
  await page.click('#to-menu');
  // Opened, its line on the wire shows the call and what WeChat said to it.
  await page.locator('#wire-log summary', { hasText: '客服消息' }).click();
  await page.mouse.move(0, 0);
}

/** Makes the page as much smaller as it takes for the conversation to begin with a whole entry. */
async function cutBetweenEntries(page) {
  const excess = await page.evaluate(() => {
    const chat = document.querySelector('#chat');
    chat.scrollTo({ top: chat.scrollHeight });
    const top = chat.getBoundingClientRect().top;
    const starts = [...document.querySelectorAll('#log > *')].map((entry) => entry.getBoundingClientRect().top - top);
    const margin = 12;
    return Math.max(0, Math.floor(Math.min(...starts.filter((start) => start >= margin)) - margin));
  });
  await page.setViewportSize({ ...VIEWPORT, height: VIEWPORT.height - excess });
  await page.evaluate(() => {
    const chat = document.querySelector('#chat');
    chat.scrollTo({ top: chat.scrollHeight });
  });
}

/** The log, with the message about the parcel opened: what the server asked for, and what WeChat answered. */
async function openLog(page, url) {
  await page.setViewportSize(VIEWPORT);
  await page.goto(new URL('/log', url).href);
  await page.locator('.line', { hasText: 'custom/send' }).first().click();
  await page.locator('.pane').nth(1).waitFor();
  await page.locator('.entry:last-child').scrollIntoViewIfNeeded();
  await page.evaluate(() => {
    document.activeElement.blur();
    window.scrollTo({ top: 0 });
  });
  await page.mouse.move(0, 0);
}

async function takePictures(onEnd) {
  const browser = browserPath();
  const whole = await startWhole(onEnd);
  const { phone: url } = whole;
  const newPage = await openBrowser(browser, onEnd);
  const page = await newPage();
  await page.goto(url);
  await play(page);
  await cutBetweenEntries(page);
  await photograph(page, PHONE);
  await openLog(page, url);
  await photograph(page, LOG);
  const pages = { ...(await playDesk(whole, newPage)), ...(await playOffice(whole, newPage)) };
  for (const name of DESK) {
    await pages[name].mouse.move(0, 0);
    await photograph(pages[name], {
      [`docs/images/${name}.png`]: 'light',
      [`docs/images/${name}-dark.png`]: 'dark',
    });
  }
}

async function photograph(page, pictures) {
  for (const [file, colorScheme] of Object.entries(pictures)) {
    await page.emulateMedia({ colorScheme });
    const picture = await page.screenshot({ animations: 'disabled' });
    if (picture.length > LARGEST) throw new Refusal(`${file} would have ${picture.length} bytes, more than ${LARGEST}`);
    const path = inCheckout(file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, picture);
    process.stdout.write(`${file}: ${Math.ceil(picture.length / 1000)} KB\n`);
  }
}

const ends = [];
let code = 0;
const fail = (error) => {
  report(error);
  code = 1;
};
const interrupted = askedToEnd().then(() => Promise.reject(new Refusal('interrupted')));
await Promise.race([takePictures((end) => ends.push(end)), interrupted]).catch(fail);
// Last started, first ended. One that cannot be ended does not keep the others.
for (const end of ends.reverse()) {
  try {
    await end();
  } catch (error) {
    fail(error);
  }
}
process.exit(code);
