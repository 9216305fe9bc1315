/** The pages of the console: where they are, who sees them, and what shows them. A page is loaded when it is first opened. */
import type { Component } from 'svelte';

import type { Role } from './api/types';
import type { Words } from './i18n/zh';
import { rolesWith } from './stores/rights';
import type { IconName } from './ui/icons';

export interface PageEntry {
  /** The first part of its address: `#/inbox`. */
  path: string;
  icon: IconName;
  name: (words: Words) => string;
  roles: readonly Role[];
  load: () => Promise<{ default: Component }>;
}

const EVERYONE: readonly Role[] = ['admin', 'supervisor', 'agent', 'analyst'];

/** In the order of the rail. */
export const PAGES: readonly PageEntry[] = [
  {
    path: 'inbox',
    icon: 'inbox',
    name: (words) => words.shell.inbox,
    roles: ['admin', 'supervisor', 'agent'],
    load: () => import('./inbox/Inbox.svelte'),
  },
  {
    path: 'wall',
    icon: 'wall',
    name: (words) => words.shell.wall,
    roles: ['admin', 'supervisor', 'analyst'],
    load: () => import('./wall/Wall.svelte'),
  },
  {
    path: 'playbook',
    icon: 'book',
    name: (words) => words.shell.playbook,
    roles: rolesWith('seePlaybook'),
    load: () => import('./playbook/Playbook.svelte'),
  },
  {
    path: 'menu',
    icon: 'menu',
    name: (words) => words.shell.menu,
    roles: rolesWith('seeMenu'),
    load: () => import('./menu/Menu.svelte'),
  },
  {
    path: 'people',
    icon: 'people',
    name: (words) => words.shell.people,
    roles: rolesWith('seePeople'),
    load: () => import('./people/People.svelte'),
  },
  {
    path: 'audit',
    icon: 'audit',
    name: (words) => words.shell.audit,
    roles: rolesWith('seeAudit'),
    load: () => import('./audit/Audit.svelte'),
  },
  {
    path: 'jobs',
    icon: 'jobs',
    name: (words) => words.shell.jobs,
    roles: rolesWith('seeJobs'),
    load: () => import('./jobs/Jobs.svelte'),
  },
  {
    path: 'settings',
    icon: 'system',
    name: (words) => words.shell.system,
    roles: rolesWith('seeSystem'),
    load: () => import('./system/System.svelte'),
  },
  {
    path: 'account',
    icon: 'person',
    name: (words) => words.shell.account,
    roles: EVERYONE,
    load: () => import('./account/Account.svelte'),
  },
];

/** The pages that a role sees. */
export function pagesOf(role: Role): PageEntry[] {
  return PAGES.filter(({ roles }) => roles.includes(role));
}
