import type { Words } from '../zh';

export const rights: Words['rights'] = {
  missing: (right: string, roles: string) => `You lack the right to ${right}; it takes the role ${roles}.`,
  or: ' or ',
  seePlaybook: 'see the playbook',
  changePlaybook: 'change and publish the playbook',
  seeMenu: 'see the menu',
  changeMenu: 'change and publish the menu',
  seePeople: 'see people',
  changePeople: 'manage people',
  changeTeams: 'manage teams',
  seeAudit: 'see the audit log',
  seeJobs: 'see jobs',
  replayJobs: 'replay jobs',
  seeSystem: 'see the state of the system',
};
