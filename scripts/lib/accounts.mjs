// Several accounts in one run: whose settings are whose. `src/accounts.rs` and `src/settings.rs` are what they have to agree with.
//
// `FANDESK_ACCOUNTS=school` adds an account whose settings have its name behind them: WECHAT_TOKEN_SCHOOL.

/** What an account never shares with the first one. */
const OWN = [
  'WECHAT_APP_ID',
  'WECHAT_APP_SECRET',
  'WECHAT_TOKEN',
  'WECHAT_TOKEN_PREVIOUS',
  'WECHAT_AES_KEY',
  'WECHAT_AES_KEY_PREVIOUS',
  'WECHAT_MODE',
];

/** What the first one is called in the API. */
export const FIRST = 'default';

const suffix = (name) => `_${name.toUpperCase().replaceAll('-', '_')}`;

/** An account's own name for a setting. */
export const settingOf = (name, setting) => setting + (name === FIRST ? '' : suffix(name));

/** The accounts beside the first one. The Worker says what is wrong with the names that are left out here. */
export function otherAccounts(settings) {
  const names = (settings.FANDESK_ACCOUNTS ?? '').split(',').map((name) => name.trim());
  const cannotBe = (name) =>
    !/^[a-z0-9-]{1,32}$/.test(name) || name === FIRST || name === 'previous' || name.startsWith('previous-');
  return [...new Set(names)].filter((name) => !cannotBe(name));
}

/** Whether anything is said of this account yet. */
export const isKnown = (settings, name) => OWN.some((setting) => settingOf(name, setting) in settings);

/** The settings as they would be if this account were the only one: what its own simulator has to be told. */
export function settingsOf(settings, name) {
  if (name === FIRST) return settings;
  const alone = Object.entries(settings).filter(([setting]) => !OWN.includes(setting));
  for (const setting of OWN) {
    const value = settings[settingOf(name, setting)];
    if (value !== undefined) alone.push([setting, value]);
  }
  return Object.fromEntries(alone);
}

/** Where WeChat calls this account, below the Worker's address. */
export const callbackPath = (name) => (name === FIRST ? '/wechat' : `/wechat/${name}`);

/** Where the API of this account is, below the Worker's address. */
export const apiPath = (name) => (name === FIRST ? '/api/v1' : `/api/v1/accounts/${name}`);
