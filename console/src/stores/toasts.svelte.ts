/** Short news at the edge of the screen. */
import { ApiError } from '../api/errors';
import { t } from '../i18n/language.svelte';

export interface Toast {
  id: number;
  kind: 'good' | 'bad';
  text: string;
}

const GOOD_STAYS_MS = 3500;
const BAD_STAYS_MS = 8000;

class Toasts {
  items = $state<Toast[]>([]);
  #next = 1;

  good(text: string): void {
    this.#show('good', text, GOOD_STAYS_MS);
  }

  bad(text: string): void {
    this.#show('bad', text, BAD_STAYS_MS);
  }

  /** What was refused or failed, in words. */
  failed(error: unknown): void {
    this.bad(inWords(error));
  }

  close(id: number): void {
    this.items = this.items.filter((toast) => toast.id !== id);
  }

  #show(kind: Toast['kind'], text: string, stays: number): void {
    const id = this.#next++;
    this.items = [...this.items.slice(-3), { id, kind, text }];
    setTimeout(() => this.close(id), stays);
  }
}

/** The server's sentence, or our own when there is none. */
export function inWords(error: unknown): string {
  if (error instanceof ApiError) return error.isOffline ? t().shell.noAnswer : error.message;
  return error instanceof Error ? error.message : t().shell.failed;
}

export const toasts = new Toasts();
