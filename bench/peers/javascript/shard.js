// The object of peer (c): one commit a request, or one for all that came in the same turn.

import { DurableObject } from 'cloudflare:workers';

// A retry finds its row and gets the answer that is there.
const KEEP = `INSERT INTO events (message_key, openid, payload, received_at, reply) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (message_key) DO UPDATE SET message_key = message_key RETURNING reply`;

export class Shard extends DurableObject {
  #sql = this.ctx.storage.sql;
  #grouped = this.env.COMMIT === 'grouped';
  #waiting = [];
  #flusher;

  constructor(state, env) {
    super(state, env);
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS events (
      seq INTEGER PRIMARY KEY,
      message_key TEXT NOT NULL UNIQUE,
      openid TEXT NOT NULL,
      payload TEXT NOT NULL,
      received_at INTEGER NOT NULL,
      reply TEXT NOT NULL
    ) STRICT`);
  }

  receive(...event) {
    if (!this.#grouped) return this.#keep(event);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ event, resolve, reject });
      this.#flusher ??= this.#flush();
    });
  }

  // The platform holds the answers until the group is on disk.
  async #flush() {
    await scheduler.wait(0);
    const group = this.#waiting;
    this.#waiting = [];
    this.#flusher = undefined;
    for (const { event, resolve, reject } of group) {
      try {
        resolve(this.#keep(event));
      } catch (error) {
        reject(error);
      }
    }
  }

  #keep(event) {
    return this.#sql
      .exec(KEEP, ...event)
      .raw()
      .next().value[0];
  }
}
