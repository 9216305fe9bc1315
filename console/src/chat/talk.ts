// The server, as the chat asks it. A visitor is known by a token, which the browser keeps.

import type { Draft, Entry } from './thread';

/** The server said no. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    /** Seconds to wait, where it said so. */
    readonly wait: number,
  ) {
    super(`refused with ${status}`);
  }
}

interface Page {
  items: Entry[];
  next: string | null;
}

/** Seconds for which the server holds a question for news. */
const WAIT_S = 20;
/** The wait and a slow network; then the connection counts as lost. */
const PATIENCE_MS = 40_000;

export class Talk {
  #token: string | null;
  #next: string | null = null;

  /** `base` is where the page is: `/chat`, or that of an account. */
  constructor(
    readonly base: string,
    readonly memory: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null,
  ) {
    this.#token = memory?.getItem(this.#key) ?? null;
  }

  get #key(): string {
    return `fandesk${this.base}`;
  }

  /** Whether there is a chat to go on with. */
  get isBegun(): boolean {
    return this.#token !== null;
  }

  /** Writes; a visitor who is new, or whose token is too old, begins a chat with it. Gives the entries that follow at once. */
  async write(draft: Draft): Promise<Entry[]> {
    if (this.#token === null) await this.#begin();
    try {
      return await this.#write(draft);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
      await this.#begin();
      return this.#write(draft);
    }
  }

  async #write({ clientId, text, choice }: Draft): Promise<Entry[]> {
    const body = JSON.stringify({ text, client_id: clientId, choice });
    const { id, reply } = (await this.#ask('POST', '/messages', { body })) as {
      id: string | null;
      reply: Entry | null;
    };
    if (id === null) return [];
    const own: Entry = { id, at: Date.now(), from: 'fan', name: null, text, client_id: clientId };
    return reply === null ? [own] : [own, reply];
  }

  /** What is new; waits for it when `wait`. */
  async read(wait: boolean, signal: AbortSignal): Promise<Entry[]> {
    const query = new URLSearchParams({ wait: String(wait ? WAIT_S : 0) });
    if (this.#next !== null) query.set('after', this.#next);
    try {
      const page = (await this.#ask('GET', `/messages?${query}`, { signal })) as Page;
      this.#next = page.next;
      return page.items;
    } catch (error) {
      if (error instanceof Refused && error.status === 401) this.#end();
      throw error;
    }
  }

  async forget(): Promise<void> {
    try {
      await this.#ask('DELETE', '/session', {});
    } catch (error) {
      // A token that is good no more has nothing to be forgotten by.
      if (!(error instanceof Refused) || error.status !== 401) throw error;
    }
    this.#end();
  }

  async #begin(): Promise<void> {
    this.#end();
    const { token } = (await this.#ask('POST', '/session', {})) as { token: string };
    this.#token = token;
    this.memory?.setItem(this.#key, token);
  }

  #end(): void {
    this.#token = null;
    this.#next = null;
    this.memory?.removeItem(this.#key);
  }

  async #ask(method: string, path: string, rest: { body?: string; signal?: AbortSignal }): Promise<unknown> {
    const headers: Record<string, string> = {};
    if (this.#token !== null) headers.authorization = `Bearer ${this.#token}`;
    if (rest.body !== undefined) headers['content-type'] = 'application/json';
    const limit = AbortSignal.timeout(PATIENCE_MS);
    const signal = rest.signal === undefined ? limit : AbortSignal.any([rest.signal, limit]);
    const answer = await fetch(`${this.base}${path}`, { method, headers, body: rest.body ?? null, signal });
    if (!answer.ok) throw new Refused(answer.status, Number(answer.headers.get('retry-after') ?? 0));
    return answer.status === 204 ? null : answer.json();
  }
}
