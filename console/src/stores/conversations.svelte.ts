/**
 * The conversations that this person may see: all open ones, and whatever else was asked for. Loaded once, then kept true by the
 * live feed.
 */
import { SvelteMap } from 'svelte/reactivity';

import { get, post, put } from '../api/client';
import type { BulkRequest, BulkResult, CaseState, Conversation, Page } from '../api/types';
import { live } from '../live/connection.svelte';
import type { LiveMessage } from '../live/messages';

const OPEN_STATES: readonly CaseState[] = ['new', 'waiting', 'assigned', 'on_hold', 'reopened'];

/** What one request brings; a desk of forty agents has less than a thousand open. */
const PAGE = 500;

/** What the API takes at once. */
const BULK = 100;

export type Deed = 'take' | 'release' | 'hold' | 'resume' | 'resolve';

class Conversations {
  byId = new SvelteMap<string, Conversation>();
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<unknown>(null);

  /** How much the feed has told, and with which of it each conversation came: an answer may be older than that. */
  #told = 0;
  #toldAt = new Map<string, number>();

  /** Begins to listen; what is returned ends it. */
  begin(): () => void {
    this.byId.clear();
    this.state = 'loading';
    return live.listen((message) => this.#hear(message));
  }

  async load(): Promise<void> {
    const since = this.#told;
    try {
      const lists = await Promise.all(OPEN_STATES.map(allOf));
      const open = new Map(lists.flat().map((conversation) => [conversation.id, conversation]));
      // One that changed its state between two of the lists may be on none: the feed has told of it.
      for (const [id, known] of this.byId) {
        if (OPEN_STATES.includes(known.state) && !open.has(id) && !this.#isNews(id, since)) this.byId.delete(id);
      }
      for (const conversation of open.values()) this.#keep(conversation, since);
      this.state = 'ready';
      this.error = null;
    } catch (error) {
      if (this.state === 'loading') this.state = 'failed';
      this.error = error;
    }
  }

  /** Asks for one that is not known, such as one that an address names. */
  async fetch(id: string): Promise<void> {
    await this.#answer(get<Conversation>(path(id)));
  }

  /** Asks the server for those that are not open, or that the list cannot find by itself. */
  async find(query: Record<string, string | undefined>): Promise<{ ids: string[]; next: string | null }> {
    const since = this.#told;
    const { items, next } = await get<Page<Conversation>>('/conversations', { ...query, limit: 100 });
    for (const conversation of items) this.#keep(conversation, since);
    return { ids: items.map(({ id }) => id), next };
  }

  async do(deed: Deed, id: string): Promise<void> {
    await this.#answer(post<Conversation>(`${path(id)}/${deed}`));
  }

  async assign(id: string, agent: string): Promise<void> {
    await this.#answer(post<Conversation>(`${path(id)}/assign`, { agent }));
  }

  async transfer(id: string, team: string, note: string): Promise<void> {
    await this.#answer(post<Conversation>(`${path(id)}/transfer`, { team, ...(note !== '' && { note }) }));
  }

  async tag(id: string, tags: string[]): Promise<void> {
    await this.#answer(put<Conversation>(`${path(id)}/tags`, { tags }));
  }

  async bulk(request: BulkRequest): Promise<BulkResult> {
    const result: BulkResult = { done: [], failed: [] };
    for (let from = 0; from < request.ids.length; from += BULK) {
      const ids = request.ids.slice(from, from + BULK);
      const { done, failed } = await post<BulkResult>('/conversations/bulk', { ...request, ids });
      result.done.push(...done);
      result.failed.push(...failed);
    }
    return result;
  }

  async #answer(asked: Promise<Conversation>): Promise<void> {
    const since = this.#told;
    this.#keep(await asked, since);
  }

  /** Takes what an answer says that was asked for when the feed had told `since`. */
  #keep(conversation: Conversation, since: number): void {
    if (!this.#isNews(conversation.id, since)) this.byId.set(conversation.id, conversation);
  }

  #isNews(id: string, since: number): boolean {
    return (this.#toldAt.get(id) ?? 0) > since;
  }

  #hear(message: LiveMessage): void {
    if (message.type === 'conversation') {
      this.#toldAt.set(message.conversation.id, ++this.#told);
      this.byId.set(message.conversation.id, message.conversation);
    } else if (message.type === 'gone') {
      this.#toldAt.set(message.id, ++this.#told);
      this.byId.delete(message.id);
    } else if (message.type === 'hello' && !message.resumed) {
      void this.load();
    }
  }
}

/** Where a conversation is in the API. */
export function path(id: string): string {
  return `/conversations/${encodeURIComponent(id)}`;
}

async function allOf(state: CaseState): Promise<Conversation[]> {
  const found: Conversation[] = [];
  let after: string | null = null;
  do {
    const page: Page<Conversation> = await get<Page<Conversation>>('/conversations', { state, limit: PAGE, after });
    found.push(...page.items);
    after = page.next;
  } while (after !== null);
  return found;
}

export const conversations = new Conversations();
