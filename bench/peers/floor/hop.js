// Floor (b): a Worker that passes the body to an object, which does nothing with it. Any Worker that writes durably has
// this hop, and it cannot be faster than it.

import { DurableObject } from 'cloudflare:workers';

import { shardFor } from './shards.js';

export class Shard extends DurableObject {
  receive() {
    return 'success';
  }

  async fetch(request) {
    await request.text();
    return new Response('success');
  }
}

const openidOf = (url) => url.slice(url.indexOf('openid=') + 'openid='.length);

export default {
  async fetch(request, env) {
    const shard = shardFor(env, openidOf(request.url));
    if (env.HOP === 'fetch') return shard.fetch(request);
    return new Response(await shard.receive(await request.text()));
  },
};
