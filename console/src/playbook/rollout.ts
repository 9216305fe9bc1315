/** How far a version has come: which shards answer from which. */
import type { ShardPlaybook } from '../api/types';

interface Rollout {
  /** Every shard has the version in force. */
  isWhole: boolean;
  /** Newest first; `null` for shards that have none or did not answer. */
  versions: { version: number | null; shards: string }[];
}

export function rollout(shards: readonly ShardPlaybook[], inForce: number | null): Rollout {
  const by = new Map<number | null, number[]>();
  for (const { shard, version } of shards) {
    const key = version ?? null;
    by.set(key, [...(by.get(key) ?? []), shard]);
  }
  const versions = [...by.entries()]
    .toSorted(([a], [b]) => (b ?? -1) - (a ?? -1))
    .map(([version, numbers]) => ({ version, shards: ranges(numbers) }));
  return {
    isWhole: inForce !== null && shards.length > 0 && versions.every(({ version }) => version === inForce),
    versions,
  };
}

/** `0–3, 7` */
export function ranges(numbers: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const n of numbers.toSorted((a, b) => a - b)) {
    const last = parts.at(-1);
    if (last !== undefined && n === last[1] + 1) last[1] = n;
    else parts.push([n, n]);
  }
  return parts.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(', ');
}
