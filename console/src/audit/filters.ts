/** What of the audit log is looked for, and how a row tells its detail. */
export interface Filters {
  person: string;
  action: string;
  conversation: string;
}

/**
 * What is written down, to choose from: deeds with conversations first (crates/desk), then changes elsewhere (src/api). Anything else may be
 * typed.
 */
export const ACTIONS = [
  'read',
  'take',
  'assign',
  'release',
  'transfer',
  'hold',
  'resume',
  'resolve',
  'answer',
  'note',
  'tags',
  'status',
  'playbook.publish',
  'menu.publish',
  'menu.delete',
  'jobs.replay',
  'fans.write',
  'fans.tags',
  'people.add',
  'people.change',
  'people.invite',
  'people.sign-out',
  'teams.change',
  'teams.delete',
  'session.begin',
  'session.end',
  'invitation.accept',
  'me.password',
  'me.totp',
] as const;

export type Action = (typeof ACTIONS)[number];

export function isKnown(action: string): action is Action {
  return ACTIONS.some((known) => known === action);
}

export function readFilters(query: URLSearchParams): Filters {
  const read = (name: keyof Filters) => query.get(name) ?? '';
  return { person: read('person'), action: read('action'), conversation: read('conversation') };
}

/** `{"team":"sales","to":["a","b"]}` as `team: sales; to: a, b`. */
export function detailInWords(detail: unknown): string {
  if (detail === null || detail === undefined) return '';
  if (typeof detail !== 'object') return String(detail);
  if (Array.isArray(detail)) return detail.map(detailInWords).join(', ');
  return Object.entries(detail)
    .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => {
      const words = detailInWords(value);
      return typeof value === 'object' && !Array.isArray(value) ? `${name}: {${words}}` : `${name}: ${words}`;
    })
    .join('; ');
}
