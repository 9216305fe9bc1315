/**
 * Keys and commands. Whoever shows a page registers what can be done on it, for as long as it is shown; the command bar lists it, the
 * help lists its keys.
 */
import { preferences } from '../stores/preferences.svelte';

export interface Command {
  /** What it does, in words. */
  title: () => string;
  /** A single key (`j`), or one with Ctrl/⌘ (`mod+k`). Single keys can be switched off and never work while typing. */
  key?: string;
  run: () => void;
  /** False while it cannot be done. */
  able?: () => boolean;
}

class Commands {
  #groups = $state.raw<readonly { id: number; commands: readonly Command[] }[]>([]);
  #next = 1;

  /** All that can be done now, what was registered last first. */
  get all(): Command[] {
    return [...this.#groups].reverse().flatMap(({ commands }) => commands.filter(isAble));
  }

  /** All with a key, able or not. */
  get withKeys(): Command[] {
    return this.#groups.flatMap(({ commands }) => commands.filter(({ key }) => key !== undefined));
  }

  /** Until the returned function is called. */
  register(commands: readonly Command[]): () => void {
    const id = this.#next++;
    this.#groups = [...this.#groups, { id, commands }];
    return () => (this.#groups = this.#groups.filter((group) => group.id !== id));
  }

  /** Whether the event was a key of a command, which has been run then. */
  press(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || event.isComposing) return false;
    const key = nameOf(event);
    const isSingle = !key.startsWith('mod+');
    if (isSingle && (!preferences.current.shortcuts || isTyping(event.target) || isDialogOpen())) return false;
    const command = this.all.find((command) => command.key === key);
    if (command === undefined) return false;
    event.preventDefault();
    command.run();
    return true;
  }
}

function isAble(command: Command): boolean {
  return command.able?.() ?? true;
}

function nameOf(event: KeyboardEvent): string {
  if (event.altKey) return '';
  return `${event.ctrlKey || event.metaKey ? 'mod+' : ''}${event.key.toLowerCase()}`;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return target.closest('textarea, select, [contenteditable]') !== null;
}

function isDialogOpen(): boolean {
  return document.querySelector('dialog[open]') !== null;
}

/** As people know it: `⌘K`, `Ctrl+K`, `J`. */
export function keyInWords(key: string): string {
  const isMac = navigator.platform.startsWith('Mac');
  const name = key.replace(/^mod\+/, '');
  const shown = name === 'enter' ? (isMac ? '↩' : 'Enter') : name.toUpperCase();
  return key.startsWith('mod+') ? `${isMac ? '⌘' : 'Ctrl+'}${shown}` : shown;
}

export const commands = new Commands();
