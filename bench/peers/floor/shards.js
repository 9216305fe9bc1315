// Which object keeps a fan: chosen by a hash of the openid, and found without hashing its name each time.

const ids = [];

function hash(text) {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1) hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export function shardFor(env, openid) {
  const number = hash(openid) % env.SHARDS;
  ids[number] ??= env.SHARD.idFromName(`shard/${number}`);
  return env.SHARD.get(ids[number]);
}
