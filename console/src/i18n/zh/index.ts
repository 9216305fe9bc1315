/** Everything that the console says, in Chinese. A page's words are a file; English has the same files. */
import { account } from './account';
import { fan } from './fan';
import { inbox } from './inbox';
import { login } from './login';
import { shell } from './shell';
import { thread } from './thread';
import { wall } from './wall';

export const zh = { account, fan, inbox, login, shell, thread, wall };

export type Words = typeof zh;
