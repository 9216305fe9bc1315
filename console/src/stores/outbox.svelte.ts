/**
 * Messages on their way to the server. Each has a name of its own (`client_id`), so that sending it again after a lost answer does no
 * harm; it stays here, and in this browser, until the server said that it has it, or a person threw it away.
 */
import { post } from '../api/client';
import { ApiError } from '../api/errors';
import type { Entry } from '../api/types';
import { live } from '../live/connection.svelte';
import { backoff } from '../live/backoff';
import { inWords } from './toasts.svelte';
import { path } from './conversations.svelte';
import { forget, keep, recallAll } from './kept';

export interface Pending {
  client_id: string;
  conversation: string;
  text: string;
  /** The newest entry that its author saw. */
  seen: string | null;
  at: number;
  /** `offline`: sent again by itself. `refused`: a person decides. */
  state: 'sending' | 'offline' | 'refused';
  /** The API's word and sentence for a refusal. */
  code: string | null;
  message: string | null;
}

class Outbox {
  items = $state<Pending[]>([]);

  #person = '';
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** One at a time for each conversation, or the fan would read them in another order. */
  #busy = new Set<string>();
  #taken: (conversation: string, entry: Entry) => void = () => {};

  /** `taken` hears of each message that the server has. */
  begin(person: string, taken: (conversation: string, entry: Entry) => void): () => void {
    this.#person = person;
    this.#taken = taken;
    const kept = recallAll<Pending>(person, 'outbox.').sort((one, other) => one.at - other.at);
    this.items = kept.map((item) => (item.state === 'refused' ? item : { ...item, state: 'offline' }));
    this.#flush();
    const end = live.listen((message) => {
      if (message.type === 'hello') this.#flush();
      if (message.type === 'conversation' && message.conversation.openid === null) {
        for (const { client_id } of this.of(message.conversation.id)) this.discard(client_id);
      }
    });
    return () => {
      end();
      clearTimeout(this.#timer);
      this.items = [];
      this.#person = '';
    };
  }

  of(conversation: string): Pending[] {
    return this.items.filter((item) => item.conversation === conversation);
  }

  send(conversation: string, text: string, seen: string | null, at: number): void {
    const client_id = crypto.randomUUID();
    const item: Pending = { client_id, conversation, text, seen, at, state: 'offline', code: null, message: null };
    this.items.push(item);
    this.#save(item);
    void this.#work(conversation);
  }

  /** Again, now that a person has seen what it was refused for; `seen` is what they know now. */
  retry(client_id: string, seen: string | null): void {
    const item = this.items.find((one) => one.client_id === client_id);
    if (item === undefined) return;
    Object.assign(item, { state: 'offline', code: null, message: null, seen });
    void this.#work(item.conversation);
  }

  /** Takes it out; what it said comes back, for the composer. */
  discard(client_id: string): string {
    const text = this.items.find((one) => one.client_id === client_id)?.text ?? '';
    this.items = this.items.filter((one) => one.client_id !== client_id);
    if (this.#person !== '') forget(this.#person, `outbox.${client_id}`);
    return text;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    for (const conversation of new Set(this.items.map((item) => item.conversation))) void this.#work(conversation);
  }

  async #work(conversation: string): Promise<void> {
    if (this.#busy.has(conversation)) return;
    this.#busy.add(conversation);
    const person = this.#person;
    try {
      for (;;) {
        // What was refused holds up what was written after it: it might make no sense without.
        const item = this.items.find((one) => one.conversation === conversation);
        if (item === undefined || item.state === 'refused' || this.#person !== person) return;
        if (!(await this.#try(item))) return;
      }
    } finally {
      this.#busy.delete(conversation);
    }
  }

  /** Whether the next one may go. */
  async #try(item: Pending): Promise<boolean> {
    item.state = 'sending';
    const { text, client_id, seen, conversation } = item;
    try {
      const body = { text, client_id, ...(seen !== null && { seen }) };
      const { entry } = await post<{ entry: Entry }>(`${path(conversation)}/messages`, body);
      this.#attempt = 0;
      this.#taken(conversation, entry);
      this.discard(client_id);
      return true;
    } catch (error) {
      if (error instanceof ApiError && !isPassing(error)) {
        Object.assign(item, { state: 'refused', code: error.code, message: inWords(error) });
      } else {
        item.state = 'offline';
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#flush(), backoff(this.#attempt++, Math.random()));
      }
      this.#save(item);
      return false;
    }
  }

  /** Each by itself: another window of the same person has others. */
  #save(item: Pending): void {
    if (this.#person !== '') keep(this.#person, `outbox.${item.client_id}`, item);
  }
}

/** Whether the same may be taken a little later. A session that is over is: the person logs in again. */
function isPassing({ status }: ApiError): boolean {
  return status === 0 || status === 401 || status === 429 || status >= 500;
}

export const outbox = new Outbox();
