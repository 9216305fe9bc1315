/** What was said in conversations that were opened. */
import { SvelteMap } from 'svelte/reactivity';

import { get, post } from '../api/client';
import type { Entry, Page } from '../api/types';
import { live } from '../live/connection.svelte';
import type { LiveMessage } from '../live/messages';
import { path } from './conversations.svelte';

const PAGE = 50;

/** Opened threads that are kept; one that was left longer ago is loaded again. */
const KEPT = 30;

export class Thread {
  readonly id: string;
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<unknown>(null);
  isLoadingOlder = $state(false);
  /** What to ask for older ones with; null when this is all. */
  older = $state<string | null>(null);
  #entries = new SvelteMap<string, Entry>();
  /** How much the feed has told, and with which of it each entry came: an answer may be older than that. */
  #told = 0;
  #toldAt = new Map<string, number>();

  constructor(id: string) {
    this.id = id;
  }

  /** Oldest first. No `$derived`: one of those would end with the page that happened to open the thread. */
  get entries(): Entry[] {
    return [...this.#entries.values()].sort(byTime);
  }

  get newest(): Entry | null {
    return this.entries.at(-1) ?? null;
  }

  async load(): Promise<void> {
    const since = this.#told;
    try {
      const { items, next } = await this.#page({});
      // After a gap in the feed there may be more between this page and what is here: then only the page counts.
      if (this.#entries.size > 0 && !items.some(({ id }) => this.#entries.has(id))) this.#entries.clear();
      if (this.#entries.size === 0) this.older = next;
      this.#take(items, since);
      this.state = 'ready';
    } catch (error) {
      if (this.state !== 'ready') this.state = 'failed';
      this.error = error;
    }
  }

  async loadOlder(): Promise<void> {
    if (this.older === null || this.isLoadingOlder) return;
    this.isLoadingOlder = true;
    const since = this.#told;
    try {
      const { items, next } = await this.#page({ before: this.older });
      this.#take(items, since);
      this.older = next;
    } finally {
      this.isLoadingOlder = false;
    }
  }

  async note(text: string): Promise<void> {
    this.keep(await post<Entry>(`${path(this.id)}/notes`, { text }));
  }

  /** Whose job failed is tried again by the shard, from the job's id. */
  async replay(job: string): Promise<void> {
    await post(`/jobs/${encodeURIComponent(job)}/replay`);
    await this.load();
  }

  /** What the feed tells is the newest. */
  hear(entry: Entry): void {
    this.#toldAt.set(entry.id, ++this.#told);
    this.#entries.set(entry.id, entry);
  }

  /** What an answer says that something was made: the feed may have told of it already, and of what became of it. */
  keep(entry: Entry): void {
    if (!this.#entries.has(entry.id)) this.#entries.set(entry.id, entry);
  }

  /** The fan's data was deleted: nothing of it stays here either. */
  erase(): void {
    this.#entries.clear();
    this.older = null;
  }

  /** A page that was asked for when the feed had told `since`. */
  #take(items: Entry[], since: number): void {
    for (const entry of items) if ((this.#toldAt.get(entry.id) ?? 0) <= since) this.#entries.set(entry.id, entry);
  }

  #page(query: Record<string, string>): Promise<Page<Entry>> {
    return get<Page<Entry>>(`${path(this.id)}/thread`, { ...query, limit: PAGE });
  }
}

class Threads {
  #byId = new Map<string, Thread>();

  begin(): () => void {
    const end = live.listen((message) => this.#hear(message));
    return () => {
      end();
      this.#byId.clear();
    };
  }

  /** The thread of a conversation; loaded when it is not here yet. */
  open(id: string): Thread {
    let thread = this.#byId.get(id);
    if (thread === undefined) {
      thread = new Thread(id);
      void thread.load();
    } else if (thread.state === 'failed') {
      void thread.load();
    }
    // Opened last is last, so the first one is who was left longest ago.
    this.#byId.delete(id);
    this.#byId.set(id, thread);
    for (const [oldest] of this.#byId) {
      if (this.#byId.size <= KEPT) break;
      this.#byId.delete(oldest);
    }
    return thread;
  }

  /** Null when it was not opened. */
  known(id: string): Thread | null {
    return this.#byId.get(id) ?? null;
  }

  #hear(message: LiveMessage): void {
    if (message.type === 'entry') {
      this.#byId.get(message.conversation)?.hear(message.entry);
    } else if (message.type === 'conversation' && message.conversation.openid === null) {
      this.#byId.get(message.conversation.id)?.erase();
    } else if (message.type === 'gone') {
      this.#byId.delete(message.id);
    } else if (message.type === 'hello' && !message.resumed) {
      for (const thread of this.#byId.values()) void thread.load();
    }
  }
}

/** By time, and what happened in the same millisecond by the shard's numbers (`3.41`). */
export function byTime(one: Entry, other: Entry): number {
  return one.at - other.at || numberOf(one.id) - numberOf(other.id) || one.id.localeCompare(other.id);
}

function numberOf(id: string): number {
  const number = Number(id.split('.').at(-1));
  return Number.isFinite(number) ? number : 0;
}

export const threads = new Threads();
