// The module that the platform loads: the Rust code as worker-build left it, behind the few awaits that a callback passes.
//
// Everything is decided and written in Rust. What is JavaScript here are the waits on the way of a callback, because that is
// what costs: a promise that Rust awaits is two closures, a task and a turn of a queue of its own; here it is `await`.
// docs/performance.md has the figures. Whatever is not a callback goes to the Rust handlers as it came.

import { DurableObject } from 'cloudflare:workers';
import * as rust from '../build/bindings.js';

import { answerCallback, isCallback } from './platform/callback.mjs';

export { FanShard } from './platform/fan_shard.mjs';
export const { TokenKeeper, Clock, Desk } = rust;

// Without this base class the platform refuses calls (JavaScript RPC) to an object, and worker-build leaves it out.
for (const actor of [TokenKeeper, Clock, Desk]) {
  Object.setPrototypeOf(actor, DurableObject);
  Object.setPrototypeOf(actor.prototype, DurableObject.prototype);
}

export default {
  fetch(request, env, context) {
    const anyRequest = (request) => new rust.default(context, env).fetch(request);
    return isCallback(request) ? answerCallback(request, env, anyRequest) : anyRequest(request);
  },
  queue: (batch, env, context) => new rust.default(context, env).queue(batch),
  scheduled: (event, env, context) => new rust.default(context, env).scheduled(event),
};
