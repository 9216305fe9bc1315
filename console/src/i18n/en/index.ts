import type { Words } from '../zh';
import { account } from './account';
import { audit } from './audit';
import { fan } from './fan';
import { inbox } from './inbox';
import { jobs } from './jobs';
import { login } from './login';
import { playbook } from './playbook';
import { rights } from './rights';
import { shell } from './shell';
import { system } from './system';
import { thread } from './thread';
import { wall } from './wall';

export const en: Words = { account, audit, fan, inbox, jobs, login, playbook, rights, shell, system, thread, wall };
