// The floors: Workers that do as little as can be done, on raw workerd.

import { inCheckout } from '../../scripts/lib/checkout.mjs';
import { javascript, objects, variable } from '../lib/workerd.mjs';
import { onWorkerd } from './worker.mjs';

const source = (file) => javascript(inCheckout('bench/peers/floor', file));

const floor = { expected: { body: 'success' }, seals: false };

export const noop = onWorkerd('noop', 'no-op Worker', () => ({ modules: [source('noop.js')] }), {
  ...floor,
  sharded: false,
});

const hopBy =
  (call) =>
  ({ shards }) => {
    const { binding, namespace } = objects('SHARD', 'Shard');
    return {
      modules: [source('hop.js'), source('shards.js')],
      bindings: [binding, ...Object.entries({ SHARDS: String(shards), HOP: call }).map(variable)],
      namespaces: [namespace],
    };
  };

export const hop = onWorkerd('hop', 'hop to a no-op object, by RPC', hopBy('rpc'), floor);
export const hopFetch = onWorkerd('hop-fetch', 'hop to a no-op object, by fetch', hopBy('fetch'), floor);
