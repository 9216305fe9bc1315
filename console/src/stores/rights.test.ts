import { expect, test } from 'vitest';

// The API's own table, read from its source: `(Resource::Menu, Write, [All, All, Never, Never])`.
import table from '../../../crates/people/src/permissions.rs?raw';
import type { Role } from '../api/types';
import { roleMay, type Right } from './rights';

const ROLES: readonly Role[] = ['admin', 'supervisor', 'agent', 'analyst'];

function reaches(resource: string, action: 'Read' | 'Write'): boolean[] {
  const row = new RegExp(`\\(Resource::${resource},\\s*${action},\\s*\\[([^\\]]*)\\]`).exec(table)?.[1];
  if (row === undefined) throw new Error(`no row for ${action} ${resource}`);
  return row.split(',').map((cell) => cell.trim() !== 'Never');
}

test.each<[Right, string, 'Read' | 'Write']>([
  ['seePlaybook', 'Playbook', 'Read'],
  ['changePlaybook', 'Playbook', 'Write'],
  ['seeMenu', 'Menu', 'Read'],
  ['changeMenu', 'Menu', 'Write'],
  ['seePeople', 'People', 'Read'],
  ['changePeople', 'People', 'Write'],
  ['changeTeams', 'Teams', 'Write'],
  ['seeAudit', 'Audit', 'Read'],
  ['seeJobs', 'Jobs', 'Read'],
  ['replayJobs', 'Jobs', 'Write'],
  ['seeSystem', 'Layout', 'Read'],
])('who may %s is who the API lets', (right, resource, action) => {
  expect(ROLES.map((role) => roleMay(role, right))).toEqual(reaches(resource, action));
});
