// The live feed of the made-up desk: numbers, what was said lately, and who listens.

import { WebSocketServer } from 'ws';

/** Of the feed, so much is kept for whoever comes back. */
const KEPT = 500;

export class Feed {
  n = 1;
  /** While false, sockets are refused: the desk is away. */
  isOpen = true;
  /** While true, what happens is not told: a feed that is late. */
  isMuted = false;
  /** While true, nothing is said on sockets that stay open: a network that died without a word. */
  isSilent = false;
  #kept = [];
  #sockets = new Map();
  #server = new WebSocketServer({ noServer: true });

  /** Takes a socket of a person; `sees` says which messages are for them. */
  accept(request, socket, head, person, after, onSay, onChange) {
    if (!this.isOpen) return socket.destroy();
    this.#server.handleUpgrade(request, socket, head, (one) => {
      this.#sockets.set(one, person);
      const isKnown = after !== null && after <= this.n && (this.#kept[0]?.n ?? this.n + 1) <= after + 1;
      const hello = { type: 'hello', n: this.n, resumed: isKnown, me: { id: person.id, status: 'online' } };
      one.send(JSON.stringify(hello));
      if (isKnown) for (const message of this.#kept.filter(({ n }) => n > after)) one.send(JSON.stringify(message));
      one.on('message', (data) => {
        const text = String(data);
        if (this.isSilent) return;
        if (text === 'ping') one.send('pong');
        else onSay(JSON.parse(text), person);
      });
      one.on('close', () => {
        this.#sockets.delete(one);
        onChange();
      });
      onChange();
    });
  }

  tell(message) {
    if (this.isMuted) return;
    this.n += 1;
    const numbered = { n: this.n, ...message };
    this.#kept.push(numbered);
    if (this.#kept.length > KEPT) this.#kept.shift();
    if (this.isSilent) return;
    for (const socket of this.#sockets.keys()) socket.send(JSON.stringify(numbered));
  }

  /** To all but one person, without a number. */
  whisper(message, but) {
    for (const [socket, { id }] of this.#sockets) if (id !== but) socket.send(JSON.stringify(message));
  }

  /** As a dead network ends sockets. With `forgets`, nothing of before can be resumed. */
  drop({ forgets = false } = {}) {
    if (forgets) {
      this.#kept = [];
      this.n += 1000;
    }
    for (const socket of this.#sockets.keys()) socket.terminate();
  }

  isThere(id) {
    return [...this.#sockets.values()].some((person) => person.id === id);
  }
}
