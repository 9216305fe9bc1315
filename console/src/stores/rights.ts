/**
 * What a role may do, as far as pages have to know before they ask: what is not there to be clicked raises no question. The API decides;
 * its table is crates/people/src/permissions.rs.
 */
import { ApiError } from '../api/errors';
import type { Role } from '../api/types';
import { t } from '../i18n/language.svelte';
import { session } from './session.svelte';
import { inWords } from './toasts.svelte';

const RIGHTS = {
  seePlaybook: ['admin', 'supervisor', 'analyst'],
  changePlaybook: ['admin', 'supervisor'],
  seeMenu: ['admin', 'supervisor', 'analyst'],
  changeMenu: ['admin', 'supervisor'],
  seePeople: ['admin', 'supervisor'],
  changePeople: ['admin'],
  changeTeams: ['admin'],
  seeAudit: ['admin', 'supervisor', 'analyst'],
  seeJobs: ['admin', 'supervisor', 'analyst'],
  replayJobs: ['admin', 'supervisor'],
  seeSystem: ['admin', 'supervisor', 'analyst'],
} as const satisfies Record<string, readonly Role[]>;

export type Right = keyof typeof RIGHTS;

export function roleMay(role: Role, right: Right): boolean {
  const roles: readonly Role[] = RIGHTS[right];
  return roles.includes(role);
}

/** Whether whoever is logged in may. */
export function may(right: Right): boolean {
  return session.person !== null && roleMay(session.person.role, right);
}

/** The roles that see a page. */
export function rolesWith(right: Right): readonly Role[] {
  return RIGHTS[right];
}

/** What went wrong, and for a 403 which right is missing and who has it. */
export function refusal(error: unknown, right: Right): string {
  if (!(error instanceof ApiError) || error.status !== 403 || error.code === 'csrf') return inWords(error);
  const roles = RIGHTS[right].map((role) => t().account.roles[role]);
  return t().rights.missing(t().rights[right], roles.join(t().rights.or));
}
