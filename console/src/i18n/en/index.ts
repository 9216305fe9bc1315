import type { Words } from '../zh';
import { account } from './account';
import { login } from './login';
import { shell } from './shell';

export const en: Words = { account, login, shell };
