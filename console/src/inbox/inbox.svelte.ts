/** What the inbox shows now: which filters, which list, which conversation, which are selected. */
import { SvelteSet } from 'svelte/reactivity';

import type { Conversation, Person } from '../api/types';
import { router } from '../router/router.svelte';
import { conversations } from '../stores/conversations.svelte';
import { session } from '../stores/session.svelte';
import { toasts } from '../stores/toasts.svelte';
import { directs } from './deeds';
import { type Filters, fromView, inOrder, isOpen, matches, mentions, START } from './filters';

/** So long after the last key the server is asked. */
const REST_MS = 300;

class Inbox {
  filters = $state.raw<Filters>(START);
  selected = new SvelteSet<string>();
  isSearching = $state(false);
  /** What the server found for what the list itself cannot: old ones, and words inside of threads. */
  #found = $state.raw<ReadonlySet<string>>(new Set());
  #more = $state.raw<string | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  #person = '';

  /** The conversations on the list. */
  list: Conversation[] = $derived.by(() => {
    const { q } = this.filters;
    const shown = [...conversations.byId.values()].filter(
      (one) => matches(one, this.filters, session.id) && (q === '' || mentions(one, q) || this.#found.has(one.id)),
    );
    return inOrder(shown);
  });

  /** Of each scope, how many are open. */
  counts = $derived.by(() => {
    const open = [...conversations.byId.values()].filter(isOpen);
    return {
      mine: open.filter(({ agent }) => agent === session.id).length,
      unassigned: open.filter(({ agent }) => agent === null).length,
      all: open.length,
    };
  });

  tags = $derived.by(() =>
    [...new Set([...conversations.byId.values()].flatMap(({ tags, fan_tags }) => [...tags, ...fan_tags]))].sort(),
  );

  get chosen(): string | null {
    return router.page === 'inbox' ? (router.place.parts[1] ?? null) : null;
  }

  get hasMore(): boolean {
    return this.#more !== null;
  }

  /** Whoever comes anew sees their own work: what they have, or what all have. */
  begin({ id, role }: Pick<Person, 'id' | 'role'>): void {
    if (this.#person === id) return;
    this.#person = id;
    this.filter({ ...START, scope: directs({ id, role }) ? 'all' : 'mine' });
  }

  choose(id: string | null): void {
    router.go(id === null ? ['inbox'] : ['inbox', id]);
  }

  /** To the next one on the list, or the one before; to the first when none is chosen. */
  step(by: 1 | -1): void {
    const at = this.list.findIndex(({ id }) => id === this.chosen);
    const next = this.list[at === -1 ? 0 : at + by];
    if (next !== undefined) this.choose(next.id);
  }

  filter(part: Partial<Filters>): void {
    this.filters = { ...this.filters, ...part };
    this.selected.clear();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(null), part.q === undefined ? 0 : REST_MS);
  }

  show(view: Record<string, string>): void {
    this.filter(fromView(view));
  }

  more(): void {
    if (this.#more !== null) void this.#ask(this.#more);
  }

  toggle(id: string): void {
    if (!this.selected.delete(id)) this.selected.add(id);
  }

  /** All open ones are here already: the server is asked for others, and for what it finds itself. */
  async #ask(after: string | null): Promise<void> {
    const asked = ++this.#asked;
    const { scope, state, team, tag, q } = this.filters;
    if (state === 'open' && q.trim() === '') {
      this.#found = new Set();
      this.#more = null;
      this.isSearching = false;
      return;
    }
    this.isSearching = true;
    try {
      const query = {
        state: state === 'open' ? undefined : state,
        agent: { mine: 'me', unassigned: 'none', all: undefined }[scope],
        team,
        tag,
        q: q.trim(),
        after: after ?? undefined,
      };
      const { ids, next } = await conversations.find(query);
      if (asked !== this.#asked) return;
      this.#found = after === null ? new Set(ids) : new Set([...this.#found, ...ids]);
      this.#more = next;
    } catch (error) {
      if (asked === this.#asked) toasts.failed(error);
    } finally {
      if (asked === this.#asked) this.isSearching = false;
    }
  }
}

export const inbox = new Inbox();
