/**
 * What is written and not sent. Kept in this browser with every key, and by the server after a moment of rest, where whoever takes
 * the conversation over finds it.
 */
import { SvelteMap } from 'svelte/reactivity';

import { get, put, remove } from '../api/client';
import { ApiError } from '../api/errors';
import type { Draft } from '../api/types';
import { live } from '../live/connection.svelte';
import { path } from './conversations.svelte';
import { forget, keep, recall } from './kept';

const REST_MS = 1000;

export type DraftState = 'none' | 'local' | 'saved';

interface Held {
  text: string;
  /** Another's, who wrote it before this person had the conversation. */
  by: string | null;
  state: DraftState;
}

const NOTHING: Held = { text: '', by: null, state: 'none' };

class Drafts {
  #held = new SvelteMap<string, Held>();
  #timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** Saves of one conversation go one after the other, or an older text could win. */
  #saving = new Map<string, Promise<void>>();
  /** What the server could not be told of. */
  #untold = new Set<string>();
  #person = '';

  begin(person: string): () => void {
    this.#person = person;
    const end = live.listen((message) => {
      if (message.type === 'hello') for (const id of this.#untold) this.#save(id);
      if (message.type === 'conversation' && message.conversation.openid === null) this.#erase(message.conversation.id);
    });
    return () => {
      end();
      this.#untold.clear();
      for (const timer of this.#timers.values()) clearTimeout(timer);
      this.#timers.clear();
      this.#held.clear();
      this.#person = '';
    };
  }

  of(id: string): Held {
    return this.#held.get(id) ?? NOTHING;
  }

  /** What this browser has counts; where it has nothing, what the server has. */
  async open(id: string): Promise<void> {
    if (this.#held.has(id)) return;
    const local = recall<string>(this.#person, `draft.${id}`);
    if (local !== null && local !== '') {
      this.#held.set(id, { text: local, by: null, state: 'local' });
      this.#saveSoon(id);
      return;
    }
    const draft = await get<Draft | ''>(`${path(id)}/draft`).catch((error: unknown) => {
      if (error instanceof ApiError) return '' as const;
      throw error;
    });
    if (draft === '' || !draft.text || this.of(id).text !== '') return;
    const by = draft.by === this.#person ? null : draft.by;
    this.#held.set(id, { text: draft.text, by, state: 'saved' });
  }

  write(id: string, text: string): void {
    const before = this.of(id);
    if (before.text === text) return;
    // Whoever changes it makes it their own.
    this.#held.set(id, { text, by: null, state: text === '' ? 'none' : 'local' });
    if (text === '') forget(this.#person, `draft.${id}`);
    else keep(this.#person, `draft.${id}`, text);
    this.#saveSoon(id);
  }

  /** Puts what was not sent in front of what is written. */
  putBack(id: string, text: string): void {
    const draft = this.of(id).text;
    this.write(id, draft === '' ? text : `${text}\n${draft}`);
  }

  /** It was sent. */
  done(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#held.set(id, NOTHING);
    forget(this.#person, `draft.${id}`);
    this.#save(id);
  }

  /** The fan's data was deleted, and with it what was being written to them. */
  #erase(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#untold.delete(id);
    this.#held.delete(id);
    forget(this.#person, `draft.${id}`);
  }

  #saveSoon(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.set(
      id,
      setTimeout(() => this.#save(id), REST_MS),
    );
  }

  #save(id: string): void {
    const before = this.#saving.get(id) ?? Promise.resolve();
    const saved = before.then(async () => {
      const { text } = this.of(id);
      const isEmpty = text.trim() === '';
      await (isEmpty ? remove(`${path(id)}/draft`) : put(`${path(id)}/draft`, { text }));
      this.#untold.delete(id);
      const now = this.of(id);
      if (now.text !== text) return;
      if (!isEmpty) {
        this.#held.set(id, { ...now, state: 'saved' });
        forget(this.#person, `draft.${id}`);
      }
    });
    // That it is not saved is what `local` says. Where the server was not there it is told when it is again.
    const isOver = (error: unknown) => error instanceof ApiError && !error.isOffline && error.status < 500;
    this.#saving.set(
      id,
      saved.catch((error: unknown) => {
        if (isOver(error)) this.#untold.delete(id);
        else this.#untold.add(id);
      }),
    );
  }
}

export const drafts = new Drafts();
