// What was said, as far as the page knows: what the server has, in its order, and behind it what is still on its way.

/** As `GET /chat/messages` has it. */
export interface Entry {
  id: string;
  at: number;
  from: 'fan' | 'bot' | 'agent';
  name: string | null;
  text: string;
  links?: { title: string; url: string }[];
  choices?: { id: string; content: string }[];
  client_id?: string;
}

/** Something that the visitor wrote and the server may not have yet. */
export interface Draft {
  clientId: string;
  text: string;
  choice?: string;
  failed: boolean;
}

export class Thread {
  readonly entries: Entry[] = [];
  readonly drafts: Draft[] = [];
  readonly #known = new Set<string>();

  /** Takes what the server sent; what is known already changes nothing. Says whether something is new. */
  take(items: readonly Entry[]): boolean {
    const before = this.entries.length;
    for (const item of items) {
      if (this.#known.has(item.id)) continue;
      this.#known.add(item.id);
      this.entries.push(item);
      if (item.client_id !== undefined) this.sent(item.client_id);
    }
    return this.entries.length > before;
  }

  /** The visitor wrote something. */
  write(clientId: string, text: string, choice?: string): Draft {
    const draft: Draft = { clientId, text, failed: false, ...(choice === undefined ? {} : { choice }) };
    this.drafts.push(draft);
    return draft;
  }

  /** The server has it. */
  sent(clientId: string): void {
    const place = this.drafts.findIndex((draft) => draft.clientId === clientId);
    if (place >= 0) this.drafts.splice(place, 1);
  }

  /** Only the newest question can be answered by a tap: what came before it is history. */
  choosable(entry: Entry): boolean {
    return this.drafts.length === 0 && this.entries.at(-1) === entry;
  }

  forget(): void {
    this.entries.length = 0;
    this.drafts.length = 0;
    this.#known.clear();
  }
}

/** Bytes of a text that are taken. */
export const LONGEST_TEXT = 2048;

export function bytesOver(text: string): number {
  return Math.max(0, new TextEncoder().encode(text).length - LONGEST_TEXT);
}
