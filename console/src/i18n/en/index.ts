import type { Words } from '../zh';
import { account } from './account';
import { fan } from './fan';
import { inbox } from './inbox';
import { login } from './login';
import { shell } from './shell';
import { thread } from './thread';
import { wall } from './wall';

export const en: Words = { account, fan, inbox, login, shell, thread, wall };
