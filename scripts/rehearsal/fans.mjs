// Fans who write, and the book of what they were answered: what must be there whichever release is asked.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { HOST } from '../lib/ports.mjs';
import { signedText } from '../lib/callback.mjs';

const PATIENCE_MS = 60_000;

/** Waits until `look` gives something. */
export async function eventually(what, look) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new assert.AssertionError({ message: `not within a minute: ${what}` });
    await sleep(100);
  }
}

export class Fans {
  /** Every message that was answered, in order. */
  #book = [];
  #fans;
  #settings;

  #simulator;

  constructor(count, settings, simulatorPort) {
    this.#simulator = `http://${HOST}:${simulatorPort}/sim`;
    this.#fans = Array.from({ length: count }, (_, nr) => `oRehearsal${String(nr).padStart(18, '0')}`);
    this.#settings = settings;
  }

  get answered() {
    return this.#book.length;
  }

  get book() {
    return this.#book;
  }

  get openids() {
    return this.#fans;
  }

  /** WeChat itself hears each of them once: it lets only those be written to who have written. */
  async arrive() {
    for (const openid of this.#fans) {
      const body = JSON.stringify({ text: 'hello' });
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${this.#simulator}/fans/${openid}/say`, { method: 'POST', body, headers });
      const { status } = await response.json();
      assert.equal(status, 200);
    }
  }

  /** Each fan says this, once. */
  async say(desk, content) {
    for (const openid of this.#fans) {
      const message = {
        openid,
        content,
        msgId: String(1000 + this.#book.length),
        seconds: Math.floor(Date.now() / 1000),
      };
      this.#book.push({ ...message, reply: await this.#send(desk, message) });
    }
  }

  /** WeChat tries everything again that was ever answered: each gets the same reply. */
  async tryAgain(desk) {
    for (const { reply, ...message } of this.#book) {
      assert.equal(await this.#send(desk, message), reply, `another reply to ${message.content}`);
    }
  }

  async #send(desk, message) {
    const { query, body } = signedText({ ...message, token: this.#settings.WECHAT_TOKEN });
    const response = await fetch(`${desk.url}/wechat?${query}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/xml' },
    });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return text;
  }

  /** The API: JSON, or an error with what was answered. */
  async api(desk, path, options = {}) {
    const headers = { authorization: `Bearer ${this.#settings.FANDESK_ADMIN_TOKEN}`, ...options.headers };
    const response = await fetch(`${desk.url}/api/v1${path}`, { ...options, headers });
    const text = await response.text();
    assert.equal(response.status, options.status ?? 200, `${path}: ${text}`);
    return /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
  }

  async all(desk, path) {
    const items = [];
    let after = '';
    do {
      const page = await this.api(desk, `${path}${path.includes('?') ? '&' : '?'}limit=1000${after}`);
      items.push(...page.items);
      after = page.next && `&after=${encodeURIComponent(page.next)}`;
    } while (after);
    return items;
  }

  /** Everything that was answered is among the events: once, and each fan's in order. */
  async check(desk) {
    // Without what they said on arrival, to which the simulator gave numbers of its own.
    const ids = new Set(this.#book.map(({ msgId }) => msgId));
    const said = (items) => items.filter(({ kind, payload }) => kind === 'text' && payload.Content !== 'hello');
    const events = said(await this.all(desk, '/events'));
    assert.ok(
      events.every((event) => ids.has(event.msg_id)),
      'events that nobody sent',
    );
    assert.equal(events.length, this.#book.length, 'events of messages');
    for (const openid of this.#fans) {
      const of = (items, id) => items.filter((item) => item.openid === openid).map(id);
      const want = of(this.#book, ({ msgId }) => msgId);
      assert.deepEqual(
        of(events, (event) => event.msg_id),
        want,
        `events of ${openid}`,
      );
      const own = await this.all(desk, `/events?openid=${openid}`);
      assert.deepEqual(
        said(own).map((event) => event.msg_id),
        want,
        `${openid} alone`,
      );
      assert.equal((await this.api(desk, `/fans/${openid}`)).openid, openid);
    }
    return events.length;
  }

  /** Jobs that are not over yet come to an end, and none is dead. */
  async jobsEnd(desk) {
    return eventually('jobs end', async () => {
      const jobs = await this.all(desk, '/jobs');
      const bad = jobs.find(({ state }) => ['dead', 'unknown'].includes(state));
      assert.equal(bad, undefined, JSON.stringify(bad));
      return jobs.every(({ state }) => state === 'done') && jobs;
    });
  }

  /** Slots move until there are as many shards as are wanted. */
  async slotsSettle(desk) {
    return eventually('slots have moved', async () => {
      const layout = await this.api(desk, '/layout');
      return layout.left === 0 && layout;
    });
  }

  async publish(desk, document) {
    const headers = { 'content-type': 'application/toml' };
    return (await this.api(desk, '/playbook', { method: 'PUT', body: document, headers })).version;
  }

  /** The version that every shard answers from. */
  async version(desk) {
    const shards = await this.all(desk, '/playbook/shards');
    const versions = new Set(shards.map(({ version }) => version));
    assert.equal(versions.size, 1, JSON.stringify(shards));
    return [...versions][0];
  }
}
