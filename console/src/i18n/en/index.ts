import type { Words } from '../zh';
import { account } from './account';
import { audit } from './audit';
import { jobs } from './jobs';
import { login } from './login';
import { playbook } from './playbook';
import { rights } from './rights';
import { shell } from './shell';
import { system } from './system';

export const en: Words = { account, audit, jobs, login, playbook, rights, shell, system };
