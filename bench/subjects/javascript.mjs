// Peer (c): the same job in plain JavaScript with the same objects, on raw workerd.

import { inCheckout } from '../../scripts/lib/checkout.mjs';
import { rules } from '../lib/job.mjs';
import { javascript, objects, variable } from '../lib/workerd.mjs';
import { onWorkerd } from './worker.mjs';

const source = (...path) => javascript(inCheckout('bench/peers', ...path));

const committing =
  (commit) =>
  ({ shards, settings }) => {
    const { binding, namespace } = objects('SHARD', 'Shard');
    const variables = { ...settings, SHARDS: String(shards), COMMIT: commit, RULES: JSON.stringify(rules()) };
    return {
      modules: [source('javascript/worker.js'), source('javascript/shard.js'), source('floor/shards.js')],
      bindings: [binding, ...Object.entries(variables).map(variable)],
      namespaces: [namespace],
    };
  };

export const javascriptSingle = onWorkerd('js', 'JavaScript, one commit a request', committing('single'));
export const javascriptGrouped = onWorkerd('js-grouped', 'JavaScript, grouped', committing('grouped'));
