/** Up to when this person has read each conversation, on this machine. */
import { SvelteMap } from 'svelte/reactivity';

import type { Conversation } from '../api/types';
import { keep, recall } from './kept';

/** More than anyone has open. */
const REMEMBERED = 300;

class Reading {
  #upTo = new SvelteMap<string, number>();
  #person = '';

  begin(person: string): () => void {
    this.#person = person;
    const kept = recall<[string, number][]>(person, 'read') ?? [];
    for (const [id, at] of kept) this.#upTo.set(id, at);
    return () => {
      this.#upTo.clear();
      this.#person = '';
    };
  }

  upTo(id: string): number {
    return this.#upTo.get(id) ?? 0;
  }

  read(id: string, at: number): void {
    if (at <= this.upTo(id) || this.#person === '') return;
    this.#upTo.delete(id);
    this.#upTo.set(id, at);
    keep(this.#person, 'read', [...this.#upTo].slice(-REMEMBERED));
  }

  /** The fan's messages that nobody answered and this person has not seen. */
  unread({ id, unread, last_fan_at }: Conversation): number {
    return last_fan_at > this.upTo(id) ? unread : 0;
  }
}

export const reading = new Reading();
