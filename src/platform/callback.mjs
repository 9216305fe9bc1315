// The way of a callback, as far as it is waiting: for its body, and for the fan's shard. `src/callback.rs` does the rest.

import { Callbacks } from '../../build/bindings.js';

import { currentInstance, noteTrap } from './trap.mjs';

/** As in `src/callback.rs`. What is larger, or does not say how large it is, takes the long way. */
const MAX_BODY = 256 * 1024;
const PATH = /^https?:\/\/[^/]+\/wechat(?:\/[^/?]*)?(?:\?|$)/;

/** What `Callback.form()` counts; a few words have a status and no type. */
const FORMS = [undefined, 'application/xml; charset=utf-8', 'application/json; charset=utf-8'].map(
  (type) => type && { headers: { 'content-type': type } },
);

const callbacks = new Callbacks();
const ids = new Map();

/** Whether this is a callback of the usual form. */
export function isCallback({ method, url, headers }) {
  return method === 'POST' && PATH.test(url) && Number(headers.get('content-length') ?? Infinity) <= MAX_BODY;
}

/**
 * Answers it. Two awaits: after the first nothing is kept; when the second fails, the event may be kept all the same, and WeChat,
 * which is answered 500, tries again and gets the answer that was kept.
 */
export async function answerCallback(request, env, answerOtherwise) {
  // Who had many callbacks refused is sent away without a look at the body, unless they sign. Usually there is nobody.
  const away = callbacks.limiting() ? callbacks.turnAway(env, request.url, address(request)) : undefined;
  if (away !== undefined) return turnedAway(away, request);
  const body = new Uint8Array(await request.arrayBuffer());
  let callback;
  let instance;
  try {
    callback = callbacks.open(env, request.url, body);
    instance = currentInstance();
    // The first of an isolate, which does not know the shards yet.
    if (callback === undefined) return answerOtherwise(new Request(request, { body }));
    let shard = callback.shard();
    // Nobody is to be asked, so it was refused.
    if (shard === undefined) callback.count(address(request));
    for (; shard !== undefined; shard = callback.shard()) {
      const [answer, failure] = await ask(env.FAN_SHARD, shard, callback.message());
      if (instance !== currentInstance()) throw new Error('a trap took the memory of this callback with it');
      if (failure === undefined) callback.take(answer);
      else callback.lose(String(failure));
    }
    // The fan's slot is on its way to another shard, for some milliseconds: the long way waits for it.
    if (callback.waits()) return answerOtherwise(new Request(request, { body }));
    return response(callback);
  } catch (error) {
    noteTrap(error);
    throw error;
  } finally {
    if (instance === currentInstance()) callback?.free();
  }
}

/** Who asks, as the platform says: it takes away what a sender wrote there. */
const address = (request) => request.headers.get('cf-connecting-ip') ?? '';

async function turnedAway(callback, request) {
  const answer = response(callback);
  callback.free();
  // A sender who is still writing would see a broken connection in place of the answer.
  await request.arrayBuffer();
  return answer;
}

async function ask(shards, name, message) {
  // Hashing a name costs more than finding it here.
  let id = ids.get(name);
  if (id === undefined) ids.set(name, (id = shards.idFromName(name)));
  try {
    return [await shards.get(id).ask('/receive', message)];
  } catch (failure) {
    return [undefined, failure];
  }
}

const response = (callback) => new Response(callback.text(), FORMS[callback.form()] ?? { status: callback.status() });
