// The module that the platform loads: what worker-build made of the Rust code, with the base class that lets objects be
// called (JavaScript RPC). The platform refuses calls to a class without it, and worker-build leaves it out.

import { DurableObject } from 'cloudflare:workers';
import * as made from '../build/bindings.js';

for (const actor of [made.FanShard, made.TokenKeeper, made.Clock]) {
  Object.setPrototypeOf(actor, DurableObject);
  Object.setPrototypeOf(actor.prototype, DurableObject.prototype);
}

export const { FanShard, TokenKeeper, Clock } = made;
export default made.default;
