/** Everything that the console says, in Chinese. A page's words are a file; English has the same files. */
import { account } from './account';
import { login } from './login';
import { shell } from './shell';

export const zh = { account, login, shell };

export type Words = typeof zh;
