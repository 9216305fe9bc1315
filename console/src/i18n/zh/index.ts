/** Everything that the console says, in Chinese. A page's words are a file; English has the same files. */
import { account } from './account';
import { audit } from './audit';
import { jobs } from './jobs';
import { login } from './login';
import { playbook } from './playbook';
import { rights } from './rights';
import { shell } from './shell';
import { system } from './system';

export const zh = { account, audit, jobs, login, playbook, rights, shell, system };

export type Words = typeof zh;
