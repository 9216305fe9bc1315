/** What a playbook answers, as a phone shows it. */

/** Part of a text: words, or a link that WeChat's `<a href="…">` makes. */
export interface Piece {
  text: string;
  href: string | null;
}

export interface Choice {
  id: string;
  content: string;
}

export interface Article {
  title: string;
  description: string;
  url: string | null;
}

/** A bubble of the account. */
export type Bubble =
  | { kind: 'text'; pieces: Piece[] }
  | { kind: 'choices'; head: string; choices: Choice[]; tail: string }
  | { kind: 'articles'; articles: Article[] }
  /** What a preview has no picture of: named by WeChat's type, with its id or title. */
  | { kind: 'other'; type: string; about: string };

const LINK = /<a\b[^>]*?\bhref\s*=\s*["']([^"']*)["'][^>]*>(.*?)<\/a>/gis;

/** Only links of the web are links here; whatever else an address says is shown and leads nowhere. */
export function safeLink(address: string): string | null {
  return /^https?:\/\//i.test(address.trim()) ? address.trim() : null;
}

export function pieces(text: string): Piece[] {
  const all: Piece[] = [];
  let at = 0;
  for (const found of text.matchAll(LINK)) {
    if (found.index > at) all.push({ text: text.slice(at, found.index), href: null });
    all.push({ text: found[2] ?? '', href: safeLink(found[1] ?? '') });
    at = found.index + found[0].length;
  }
  if (at < text.length) all.push({ text: text.slice(at), href: null });
  return all;
}

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const textOf = (fields: Fields, name: string): string => {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
};

function articles(list: unknown): Article[] {
  if (!Array.isArray(list)) return [];
  return list.filter(isFields).map((article) => ({
    title: textOf(article, 'title'),
    description: textOf(article, 'description'),
    url: safeLink(textOf(article, 'url')),
  }));
}

function other(type: string, fields: Fields): Bubble {
  const named = ['title', 'media_id', 'article_id', 'card_id', 'kf_account'].map((name) => textOf(fields, name));
  return { kind: 'other', type, about: named.find((name) => name !== '') ?? '' };
}

/** The reply that is given at once: fields beside its `type`. */
export function ofReply(reply: unknown): Bubble | null {
  if (!isFields(reply)) return null;
  const type = textOf(reply, 'type');
  if (type === 'text') return { kind: 'text', pieces: pieces(textOf(reply, 'content')) };
  if (type === 'news') return { kind: 'articles', articles: articles(reply.articles) };
  return other(type, reply);
}

/** A customer-service message: fields in one of the name of its `msgtype`. */
export function ofMessage(message: unknown): Bubble | null {
  if (!isFields(message)) return null;
  const type = textOf(message, 'msgtype');
  const fields = isFields(message[type]) ? message[type] : {};
  if (type === 'text') return { kind: 'text', pieces: pieces(textOf(fields, 'content')) };
  if (type === 'news') return { kind: 'articles', articles: articles(fields.articles) };
  if (type === 'msgmenu') {
    const list = Array.isArray(fields.list) ? fields.list.filter(isFields) : [];
    return {
      kind: 'choices',
      head: textOf(fields, 'head_content'),
      choices: list.map((choice) => ({ id: String(choice.id ?? ''), content: textOf(choice, 'content') })),
      tail: textOf(fields, 'tail_content'),
    };
  }
  return other(type, fields);
}
