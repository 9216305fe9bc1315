import type { Words } from '../zh';

export const login: Words['login'] = {
  title: 'Log in to the desk',
  login: 'Login',
  password: 'Password',
  code: 'One-time code',
  codeHint: 'The 6 digits from your authenticator app',
  go: 'Log in',
  going: 'Logging in…',
  wrong: 'Login or password is wrong.',
  wrongCode: 'The code is wrong or was used already. Please take a new one.',
  lockedOut: (seconds: number) => `Too many attempts. Please try again in ${seconds} s.`,
  invitationTitle: (name: string) => `Hello, ${name}`,
  invitationText: (login: string) => `Your login is “${login}”. Set a password, then log in with it.`,
  invitationOver: 'This invitation does not exist, was used, or has expired. Ask an admin for a new one.',
  newPassword: 'New password',
  again: 'Once more',
  passwordHint: 'At least 10 characters, the longer the better',
  different: 'The two are not the same.',
  set: 'Set password',
  ready: 'Your password is set. Please log in.',
  toLogin: 'Log in',
};
