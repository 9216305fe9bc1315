/** The playbook that is being written: its draft at the server, and what was typed since. */
import { exchange, post, remove } from '../api/client';
import { ApiError } from '../api/errors';
import type { DraftSaved, Published, Warning } from '../api/types';
import { session } from '../stores/session.svelte';
import type { Note } from './lines';

export type Format = 'toml' | 'json';

/** For those who never published any: the smallest that works. */
export const FIRST = 'default = { text = "?" }\n\n[[rule]]\nexact = ["GO"]\nreply = { text = "你好！" }\n';

interface Kept {
  text: string;
  format: Format;
  /** From its `ETag`. */
  number: number;
}

class PlaybookDocument {
  text = $state('');
  format = $state<Format>('toml');
  /** The version in force; null when none was ever published. */
  inForce = $state<number | null>(null);
  /** The draft at the server; 0 when there is none. */
  revision = $state(0);
  mistake = $state.raw<Note | null>(null);
  warnings = $state.raw<readonly Note[]>([]);
  /** Somebody else saved the draft since it was loaded. */
  isConflict = $state(false);
  #kept = $state('');
  #owner = '';

  get isChanged(): boolean {
    return this.text !== this.#kept;
  }

  /** Whether there is something to publish. */
  get isDraft(): boolean {
    return this.revision > 0 || this.isChanged;
  }

  /** Takes what the server has, unless this person has typed something that is kept nowhere else. */
  async load(): Promise<void> {
    const mine = this.#owner === session.id && this.isChanged;
    const [published, draft] = await Promise.all([fetchKept('/playbook'), fetchKept('/playbook/draft')]);
    this.inForce = published?.number ?? null;
    if (mine) return;
    this.#owner = session.id;
    this.#take(draft ?? published ?? { text: FIRST, format: 'toml', number: 0 }, draft?.number ?? 0);
  }

  /** Keeps the draft. Throws what was refused; when somebody else saved meanwhile, `isConflict` is true then. */
  async save(): Promise<void> {
    await this.#put(`"${this.revision}"`);
  }

  /** Keeps it in place of what somebody else saved meanwhile. */
  async overwrite(): Promise<void> {
    const theirs = await fetchKept('/playbook/draft');
    this.isConflict = false;
    await this.#put(`"${theirs?.number ?? 0}"`);
  }

  /** Goes on with what somebody else saved meanwhile. */
  async takeTheirs(): Promise<void> {
    this.isConflict = false;
    this.text = this.#kept;
    await this.load();
  }

  /** Puts the draft in force, saved first. */
  async publish(): Promise<Published> {
    if (this.isChanged || this.revision === 0) await this.save();
    const headers = { 'if-match': `"${this.revision}"` };
    const published = await this.#refusedAs(() => post<Published>('/playbook/draft/publish', undefined, { headers }));
    this.inForce = published.version;
    this.revision = 0;
    this.mistake = null;
    this.warnings = published.warnings.map(toNote);
    return published;
  }

  /** Throws the draft away; what is in force is shown then. */
  async discard(): Promise<void> {
    if (this.revision > 0)
      await remove('/playbook/draft', undefined, { headers: { 'if-match': `"${this.revision}"` } });
    this.text = this.#kept;
    await this.load();
  }

  /** Takes an older version as what is written on from. */
  continueFrom(kept: Kept): void {
    this.text = kept.text;
    this.format = kept.format;
    this.mistake = null;
    this.warnings = [];
  }

  /** What a preview found while typing. */
  noteMistake(mistake: Note | null): void {
    this.mistake = mistake;
    if (mistake !== null) this.warnings = [];
  }

  #take(kept: Kept, revision: number): void {
    this.text = kept.text;
    this.format = kept.format;
    this.revision = revision;
    this.#kept = kept.text;
    this.mistake = null;
    this.warnings = [];
    this.isConflict = false;
  }

  async #put(ifMatch: string): Promise<void> {
    const text = this.text;
    const raw = { type: `application/${this.format}`, text };
    const put = () => exchange<DraftSaved>('PUT', '/playbook/draft', { raw, headers: { 'if-match': ifMatch } });
    const { body } = await this.#refusedAs(put);
    this.#kept = text;
    this.revision = body.revision;
    this.mistake = body.mistake === null || body.mistake === undefined ? null : toNote(body.mistake);
    this.warnings = body.warnings.map(toNote);
  }

  async #refusedAs<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof ApiError && (error.status === 412 || error.code === 'conflict')) this.isConflict = true;
      if (error instanceof ApiError && error.status === 422) this.mistake = mistakeOf(error);
      throw error;
    }
  }
}

export function toNote(warning: Warning): Note {
  return { message: warning.message, line: warning.line ?? null, field: warning.field ?? null };
}

export function mistakeOf(error: ApiError): Note {
  return { message: error.message, line: error.line ?? null, field: error.field ?? null };
}

/** A document with its form and number; null when there is none. */
export async function fetchKept(path: string): Promise<Kept | null> {
  try {
    const { body, headers } = await exchange<string>('GET', path, { asText: true });
    const format = headers.get('content-type')?.startsWith('application/json') ? 'json' : 'toml';
    return { text: body, format, number: Number(headers.get('etag')?.replaceAll(/[^0-9]/g, '') ?? 0) };
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

export const playbook = new PlaybookDocument();
