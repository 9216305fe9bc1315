// What the visitor sees: made of elements and texts, never of markup, whatever was written.

import type { Draft, Entry, Thread } from './thread';
import type { Words } from './words';

type Child = Node | string;

/** An element with attributes and children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** What can be done in the thread. */
export interface Deeds {
  choose(content: string, id: string): void;
  again(draft: Draft): void;
}

/** Draws the thread into `list`. What was there stays the element that it was, so that a screen reader reads only what is new. */
export function draw(list: HTMLElement, thread: Thread, words: Words, deeds: Deeds): void {
  const was = new Map(Array.from(list.children, (row) => [(row as HTMLElement).dataset.key ?? '', row]));
  const rows = [
    ...thread.entries.map((entry) => {
      const canChoose = thread.choosable(entry) && entry.choices !== undefined;
      const key = `${entry.client_id ?? entry.id} ${canChoose} ${words.language}`;
      return was.get(key) ?? entryRow(key, entry, canChoose, words, deeds);
    }),
    ...thread.drafts.map((draft) => {
      const key = `${draft.clientId} draft ${draft.failed} ${words.language}`;
      return was.get(key) ?? draftRow(key, draft, words, deeds);
    }),
  ];
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const wanted = new Set<Element>(rows);
  for (const row of Array.from(list.children)) if (!wanted.has(row)) row.remove();
  rows.forEach((row, place) => {
    if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null);
  });
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

function entryRow(key: string, entry: Entry, canChoose: boolean, words: Words, deeds: Deeds): HTMLElement {
  const who = { fan: words.you, bot: words.bot, agent: entry.name ?? words.agent }[entry.from];
  const row = rowOf(key, entry.from, who, entry.text);
  const links = entry.links ?? [];
  if (links.length > 0) {
    const items = links.map(({ title, url }) => {
      const note = make('span', { class: 'unseen' }, words.opensNew);
      return make('li', {}, make('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, title, note));
    });
    row.append(make('ul', { class: 'links' }, ...items));
  }
  if (canChoose) {
    const buttons = (entry.choices ?? []).map(({ id, content }) => {
      const button = make('button', { type: 'button' }, content);
      button.addEventListener('click', () => deeds.choose(content, id));
      return button;
    });
    row.append(make('div', { class: 'choices' }, ...buttons));
  }
  return row;
}

function draftRow(key: string, draft: Draft, words: Words, deeds: Deeds): HTMLElement {
  const row = rowOf(key, 'fan', words.you, draft.text);
  const note = make('p', { class: 'note' }, draft.failed ? words.failed : words.sending);
  if (draft.failed) {
    const again = make('button', { type: 'button' }, words.again);
    again.addEventListener('click', () => deeds.again(draft));
    note.append(' ', again);
  }
  row.append(note);
  return row;
}

function rowOf(key: string, from: string, who: string, text: string): HTMLElement {
  const row = make('li', { class: from, 'data-key': key }, make('p', { class: 'who' }, who));
  if (text !== '') row.append(make('p', { class: 'bubble' }, text));
  return row;
}
