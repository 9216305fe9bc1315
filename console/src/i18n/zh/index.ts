/** Everything that the console says, in Chinese. A page's words are a file; English has the same files. */
import { account } from './account';
import { audit } from './audit';
import { fan } from './fan';
import { inbox } from './inbox';
import { jobs } from './jobs';
import { login } from './login';
import { menu } from './menu';
import { people } from './people';
import { playbook } from './playbook';
import { rights } from './rights';
import { shell } from './shell';
import { system } from './system';
import { teams } from './teams';
import { thread } from './thread';
import { wall } from './wall';

export const zh = {
  account,
  audit,
  fan,
  inbox,
  jobs,
  login,
  menu,
  people,
  playbook,
  rights,
  shell,
  system,
  teams,
  thread,
  wall,
};

export type Words = typeof zh;
