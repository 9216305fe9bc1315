/**
 * The live feed: one socket for the whole console, opened again whenever it ends, from where it ended.
 *
 * A dropped network does not always close a socket, so the console pings every two seconds and takes three silent pings for the
 * end. What is missed in between comes again by `after`; when the feed no longer reaches back so far, the server says
 * `resumed: false` and whoever listens loads anew.
 */
import { address } from '../api/client';
import type { Presence } from '../api/types';
import { backoff } from './backoff';
import { startHeart } from './heart';
import { readMessage, type LiveMessage } from './messages';

const SILENCE_MS = 6500;

/** The Desk closes with it when what the person may see has changed: nothing of before counts. */
const CHANGED = 4001;

export type LiveState = 'off' | 'connecting' | 'open' | 'waiting';

class Live {
  state = $state<LiveState>('off');
  /** When the next try is, by this machine's clock, while `waiting`. */
  nextTryAt = $state(0);
  /** Whether it was open before: the first connecting is no news to anybody. */
  everOpen = $state(false);
  /** What the Desk holds the person to be. */
  status = $state<Presence>('offline');

  #listeners = new Set<(message: LiveMessage) => void>();
  #me = '';
  #socket: WebSocket | null = null;
  #after: number | null = null;
  #attempt = 0;
  #heardAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopHeart: () => void = () => {};
  #probe: (() => Promise<unknown>) | null = null;

  /** Calls `listener` with everything that is heard, until the returned function is called. */
  listen(listener: (message: LiveMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Listens to what comes after `after`; null when that is not known. `probe` asks something small after a failure: a socket does
   * not say whether the session is over.
   */
  start(after: number | null, probe: () => Promise<unknown>): void {
    if (this.state !== 'off') return;
    this.#after = after;
    this.#probe = probe;
    window.addEventListener('online', this.#now);
    this.#stopHeart = startHeart(() => this.#beat());
    this.#open();
  }

  stop(): void {
    window.removeEventListener('online', this.#now);
    this.#stopHeart();
    this.#drop();
    this.state = 'off';
    this.everOpen = false;
    this.#after = null;
    this.#attempt = 0;
  }

  tryNow(): void {
    if (this.state === 'waiting') this.#open();
  }

  /** False when there is no connection; nobody waits for what is said here. */
  say(message: { type: 'typing'; conversation: string } | { type: 'status'; status: Presence }): boolean {
    if (this.state !== 'open') return false;
    this.#socket?.send(JSON.stringify(message));
    return true;
  }

  #now = () => this.tryNow();

  #open(): void {
    this.#drop();
    this.state = 'connecting';
    const url = new URL(address('/desk/live', { after: this.#after }), location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#heardAt = Date.now();
    socket.addEventListener('message', (event) => this.#hear(String(event.data)));
    socket.addEventListener('close', ({ code }) => {
      if (code === CHANGED && socket === this.#socket) this.#after = null;
      this.#ended(socket);
    });
  }

  #hear(text: string): void {
    this.#heardAt = Date.now();
    if (text === 'pong') return;
    const message = readMessage(text);
    if (message === null) return;
    if (message.type === 'hello') {
      this.state = 'open';
      this.everOpen = true;
      this.#attempt = 0;
      this.#me = message.me.id;
      this.status = message.me.status ?? 'offline';
    } else if (message.type === 'agent' && message.agent.id === this.#me) {
      // Another window of the same person changed it.
      this.status = message.agent.status;
    }
    for (const listener of this.#listeners) listener(message);
    if (message.type === 'hello') {
      // What was missed comes behind a `hello` that resumes, and its number is that of now.
      if (!message.resumed) this.#after = message.n;
    } else if ('n' in message) {
      this.#after = Math.max(this.#after ?? 0, message.n);
    }
  }

  #beat(): void {
    const socket = this.#socket;
    if (socket === null) {
      // The timer is late where nobody looks at the page.
      if (Date.now() >= this.nextTryAt) this.tryNow();
    } else if (Date.now() - this.#heardAt > SILENCE_MS) {
      this.#ended(socket);
    } else if (socket.readyState === WebSocket.OPEN) {
      socket.send('ping');
    }
  }

  #ended(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#drop();
    const wait = backoff(this.#attempt++, Math.random());
    this.state = 'waiting';
    this.nextTryAt = Date.now() + wait;
    this.#timer = setTimeout(() => this.#open(), wait);
    this.#probe?.().catch(() => {});
  }

  #drop(): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }
}

export const live = new Live();
