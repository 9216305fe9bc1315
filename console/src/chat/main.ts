// The chat of visitors of the company's web site: one page, no framework, nothing but files of its own origin.

import './chat.css';

import { Refused, Talk } from './talk';
import { bytesOver, type Draft, Thread } from './thread';
import { draw, make } from './view';
import { type Language, languages, type Words } from './words';

/** First and longest wait before the server is asked again that gave no answer; it doubles. */
const [FIRST_MS, LONGEST_MS] = [1000, 30_000];

/** Where a browser keeps things, unless it keeps none for this page. */
function memory(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

const LANGUAGE = 'fandesk/chat/language';
const kept = new URLSearchParams(location.search).get('lang') ?? memory()?.getItem(LANGUAGE);
let language: Language = kept === 'en' ? 'en' : 'zh';
const words = (): Words => languages[language];

const talk = new Talk(location.pathname.replace(/(\.html|\/+)$/, ''), memory());
const thread = new Thread();

const title = make('h1');
const otherLanguage = make('button', { type: 'button' });
const forget = make('button', { type: 'button' });
const greeting = make('p', { class: 'greeting' });
const list = make('ol', { role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions', tabindex: '0' });
const state = make('p', { role: 'status', class: 'state' });
const label = make('label', { for: 'text', class: 'unseen' });
const hint = make('span', { id: 'hint', class: 'hint' });
const text = make('textarea', { id: 'text', rows: '2', 'aria-describedby': 'hint', autocomplete: 'off' });
const send = make('button', { type: 'submit' });
const form = make('form', {}, label, text, send, hint);

function redraw(): void {
  const { language: tongue, otherLanguage: other, ...said } = words();
  document.documentElement.lang = tongue;
  document.title = said.title;
  title.textContent = said.title;
  otherLanguage.textContent = other;
  otherLanguage.lang = language === 'zh' ? 'en' : 'zh-CN';
  forget.textContent = said.forget;
  forget.hidden = !talk.isBegun;
  greeting.textContent = said.greeting;
  list.setAttribute('aria-label', said.log);
  label.textContent = said.write;
  text.placeholder = said.write;
  send.textContent = said.send;
  measure();
  draw(list, thread, words(), { choose, again: (draft) => void deliver(draft) });
}

function measure(): void {
  const over = bytesOver(text.value);
  hint.textContent = over > 0 ? words().tooLong(over) : words().hint;
  text.setAttribute('aria-invalid', String(over > 0));
}

function say(sentence: string): void {
  state.textContent = sentence;
}

function write(content: string, choice?: string): void {
  void deliver(thread.write(crypto.randomUUID(), content, choice));
}

function choose(content: string, id: string): void {
  write(content, id);
  text.focus();
}

/** Sends something; what fails stays, to be sent again under the same name, so that it never counts twice. */
async function deliver(draft: Draft): Promise<void> {
  draft.failed = false;
  redraw();
  try {
    const entries = await talk.write(draft);
    thread.sent(draft.clientId);
    thread.take(entries);
    say('');
    listen();
  } catch (error) {
    draft.failed = true;
    if (error instanceof Refused && error.status === 429) say(words().tooFast(error.wait || 60));
    else if (error instanceof Refused && error.status === 404) say(words().off);
    else say(words().failed);
  }
  redraw();
}

let listening: AbortController | null = null;

/** Asks for what is new again and again, while the page is looked at and there is a chat. */
function listen(): void {
  if (listening !== null || document.hidden || !talk.isBegun) return;
  const stop = new AbortController();
  listening = stop;
  void hear(stop.signal).finally(() => {
    if (listening === stop) listening = null;
  });
}

async function hear(signal: AbortSignal): Promise<void> {
  let wait = FIRST_MS;
  let isFirst = true;
  while (!signal.aborted && talk.isBegun) {
    try {
      const isNew = thread.take(await talk.read(!isFirst, signal));
      if (wait > FIRST_MS) say('');
      wait = FIRST_MS;
      isFirst = false;
      if (isNew) redraw();
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Refused && (error.status === 401 || error.status === 404)) {
        if (error.status === 404) say(words().off);
        return redraw();
      }
      say(words().offline);
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait = Math.min(wait * 2, LONGEST_MS);
    }
  }
}

function stopListening(): void {
  listening?.abort();
  listening = null;
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const content = text.value.trim();
  if (content === '' || bytesOver(text.value) > 0) return text.focus();
  text.value = '';
  write(content);
  text.focus();
});

text.addEventListener('input', measure);
text.addEventListener('keydown', (event) => {
  // Enter also ends what an input method composes.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

otherLanguage.addEventListener('click', () => {
  language = language === 'zh' ? 'en' : 'zh';
  memory()?.setItem(LANGUAGE, language);
  redraw();
});

forget.addEventListener('click', async () => {
  if (!window.confirm(words().sureToForget)) return;
  stopListening();
  try {
    await talk.forget();
    thread.forget();
    say(words().forgotten);
  } catch {
    say(words().notForgotten);
    listen();
  }
  redraw();
  text.focus();
});

document.addEventListener('visibilitychange', () => (document.hidden ? stopListening() : listen()));

const head = make('header', {}, title, make('div', { class: 'deeds' }, forget, otherLanguage));
document.getElementById('chat')?.append(head, make('main', {}, greeting, list, state, form));
redraw();
listen();
