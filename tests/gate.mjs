// Stands around the Worker as it is built, between its shards and what they tell: a test says what becomes of each call to D1's
// ledger and to the queue (`tests/src/gate.rs`), which neither does by itself on this machine. Everything else is the Worker's own.

import { Clock, Desk, FanShard as Shard, TokenKeeper } from './index.js';

export { default } from './index.js';
export { Clock, Desk, TokenKeeper };

/** What a shard writes with. */
const WATCHED = { LEDGER: 'batch', JOBS: 'sendBatch' };

/** Longer than a shard waits. */
const LATE_MS = 25_000;

const never = () => new Promise(() => {});

async function pass(gate, binding, call) {
  // One that hangs is this request: taken, and never answered.
  const response = await fetch(`${gate}/${binding}`);
  const way = await response.text();
  switch (way) {
    case 'open':
      return call();
    case 'refuses':
      throw new Error(`${binding} refuses`);
    case 'is late':
      await new Promise((resolve) => setTimeout(resolve, LATE_MS));
      return call();
    case 'says nothing':
      await call();
      return never();
    default:
      throw new Error(`the gate does not know how ${binding} ${way}`);
  }
}

function watched(binding, real, gate) {
  return new Proxy(real, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (name === WATCHED[binding]) return (...given) => pass(gate, binding, () => value.apply(target, given));
      // The Worker tells bindings apart by the names of their classes.
      return typeof value === 'function' && name !== 'constructor' ? value.bind(target) : value;
    },
  });
}

export class FanShard extends Shard {
  constructor(state, env) {
    const gates = Object.keys(WATCHED).map((binding) => [binding, watched(binding, env[binding], env.FANDESK_GATE)]);
    super(state, { ...env, ...Object.fromEntries(gates) });
  }
}
