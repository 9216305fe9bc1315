/** How an entry of a thread is shown: on whose side, and in which words. */
import type { Entry } from '../api/types';
import type { Words } from '../i18n/zh';
import { field } from './media';

export type Side = 'fan' | 'desk' | 'middle' | 'note';

export function sideOf({ from, kind }: Pick<Entry, 'from' | 'kind'>): Side {
  if (kind === 'note') return 'note';
  if (kind === 'state' || kind === 'score') return 'middle';
  if (from !== 'fan') return 'desk';
  return kind === 'event' ? 'middle' : 'fan';
}

/** What a fan did, as far as WeChat says it; `CLICK` with its key, an event that is not known by its name. */
export function eventInWords(entry: Entry, words: Words): string {
  const name = field(entry, 'Event') ?? '';
  const known = words.thread.events as Record<string, string>;
  const what = known[name.toLowerCase()] ?? name;
  const key = field(entry, 'EventKey');
  return words.thread.event(key === null ? what : `${what} ${key.replace(/^qrscene_/, '')}`);
}

/** What stands in the middle. */
export function lineOf(entry: Entry, words: Words): string {
  if (entry.kind === 'score') return scoreOf(entry, words);
  if (entry.kind === 'event') return eventInWords(entry, words);
  return stateInWords(entry, words);
}

/** The shard names what became of the conversation by a word. */
function stateInWords({ text, agent }: Entry, words: Words): string {
  const known: Record<string, ((name: string) => string) | undefined> = words.thread.states;
  return known[text ?? '']?.(agent?.name ?? '') ?? text ?? '';
}

function scoreOf(entry: Entry, words: Words): string {
  const score = Number(entry.payload?.score ?? entry.text);
  return Number.isInteger(score) ? words.thread.score(score) : (entry.text ?? '');
}
