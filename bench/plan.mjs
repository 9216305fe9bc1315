// What a run measures: sittings. A sitting is one start of one subject, loaded with each number of connections in turn.

import { SUBJECTS } from './subjects/index.mjs';

/** Where all figures stand side by side; it is the default of a deployment. */
export const SHARDS = 64;
export const CONNECTIONS = 64;

const ALL_CONNECTIONS = [1, CONNECTIONS, 256];

// The hop by fetch is there for those who doubt that RPC is the faster one, and is measured when it is asked for.
const USUAL = SUBJECTS.filter(({ name }) => name !== 'hop-fetch').map(({ name }) => name);

/** All subjects alone and in company; then other numbers of shards; then safe mode. */
const DEFAULT = [
  { modes: ['plain'], shards: [SHARDS], connections: ALL_CONNECTIONS },
  { modes: ['plain'], shards: [1, 8], connections: [CONNECTIONS], sharded: true },
  { modes: ['safe'], shards: [SHARDS], connections: ALL_CONNECTIONS, seals: true },
];

/** `asked` has lists (`only`, `modes`, `shards`, `connections`); with one of the latter three, it is their product. */
export function plan(asked = {}) {
  const { only = USUAL, modes, shards, connections } = asked;
  const product = {
    modes: modes ?? ['plain'],
    shards: shards ?? [SHARDS],
    connections: connections ?? ALL_CONNECTIONS,
  };
  const parts = (modes ?? shards ?? connections) ? [product] : DEFAULT;
  return parts.flatMap((part) => sittings(part, only));
}

function sittings({ modes, shards, connections, sharded, seals }, only) {
  const subjects = SUBJECTS.filter(
    (subject) => only.includes(subject.name) && (!sharded || subject.sharded) && (!seals || subject.seals),
  );
  return modes.flatMap((mode) =>
    shards.flatMap((count) =>
      subjects
        .filter((subject) => mode === 'plain' || subject.seals)
        // One without shards is the same at any number of them.
        .filter((subject) => subject.sharded || count === shards[0])
        .map((subject) => ({
          subject,
          mode,
          shards: subject.sharded ? count : null,
          connections: connections.filter((number) => number === 1 || !subject.alone),
        }))
        .filter((sitting) => sitting.connections.length > 0),
    ),
  );
}
