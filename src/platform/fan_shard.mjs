// Group commit, as far as it is waiting. `src/fan_shard/group.rs` decides and writes.
//
// Messages that arrive at a shard while the event loop has other things to do form a group: it is decided and written in one
// go, by one call into Rust, and so in one commit. The platform holds every answer until that commit is on disk (its output
// gate), and resets the object if it fails: then nobody is answered, and WeChat tries again. Meanwhile the next group may be
// written already; nobody waits for company, and a lone message waits for one turn of the event loop.

import { DurableObject } from 'cloudflare:workers';

import * as rust from '../../build/bindings.js';

const RECEIVE = '/receive';

/** Stands between messages of a group and between their answers. Both are JSON beside digits, and JSON escapes it. */
const SEPARATOR = '\x1e';

/** Members and characters of a group. Together they stay far below the 2 MB that SQLite takes in one value. */
const MOST_MEMBERS = 256;
const MOST_CHARACTERS = 512 * 1024;

export class FanShard extends DurableObject {
  #shard = new rust.FanShard(this.ctx, this.env);
  #waiting = [];
  #taking = false;

  /** A question, as text, and its answer (see `src/object.rs`). */
  ask(path, question) {
    if (path !== RECEIVE) return this.#shard.ask(path, question);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message: question, resolve, reject });
      if (!this.#taking) this.#takeAll();
    });
  }

  alarm() {
    return this.#shard.alarm();
  }

  async #takeAll() {
    this.#taking = true;
    // One turn: whoever stands behind the first in the queue of events is part of the group.
    await scheduler.wait(0);
    this.#taking = false;
    for (const group of groups(this.#waiting.splice(0))) this.#take(group);
  }

  #take(group) {
    try {
      const answers = this.#shard.receive(group.map(({ message }) => message).join(SEPARATOR)).split(SEPARATOR);
      group.forEach(({ resolve }, place) => resolve(answers[place]));
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}

function* groups(members) {
  let group = [];
  let characters = 0;
  for (const member of members) {
    const full = group.length === MOST_MEMBERS || characters + member.message.length > MOST_CHARACTERS;
    if (full && group.length > 0) {
      yield group;
      [group, characters] = [[], 0];
    }
    group.push(member);
    characters += member.message.length;
  }
  yield group;
}
