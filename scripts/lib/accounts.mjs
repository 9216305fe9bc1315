// Several accounts in one run: whose settings are whose. `src/accounts.rs` and `src/settings.rs` are what they have to agree with.
//
// `FANDESK_ACCOUNTS=school` adds an account whose settings have its name behind them: WECHAT_TOKEN_SCHOOL.

/** What has to be there for an account to work in full. */
const NEEDED = ['WECHAT_APP_ID', 'WECHAT_APP_SECRET', 'WECHAT_TOKEN', 'WECHAT_AES_KEY'];

/** Where WeChat is, for all accounts that are not told otherwise. All else of WeChat's is an account's own. */
const SHARED = ['WECHAT_API_BASE', 'WECHAT_MP_BASE', 'WECHAT_OPEN_BASE', 'WECHAT_API_RELAY_TOKEN'];

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
export const isKnown = (settings, name) => NEEDED.some((setting) => settingOf(name, setting) in settings);

/** The settings as they would be if this account were the only one: what its own simulator has to be told. */
export function settingsOf(settings, name) {
  if (name === FIRST) return settings;
  const end = suffix(name);
  const isShared = ([setting]) => !setting.startsWith('WECHAT_') || SHARED.includes(setting);
  const isOwn = ([setting]) => setting.endsWith(end);
  const own = Object.entries(settings).filter(isOwn);
  return Object.fromEntries([
    ...Object.entries(settings).filter((entry) => isShared(entry) && !isOwn(entry)),
    ...own.map(([setting, value]) => [setting.slice(0, -end.length), value]),
  ]);
}

/** Where WeChat calls this account, below the Worker's address. */
export const callbackPath = (name) => (name === FIRST ? '/wechat' : `/wechat/${name}`);

/** Where the API of this account is, below the Worker's address. */
export const apiPath = (name) => (name === FIRST ? '/api/v1' : `/api/v1/accounts/${name}`);
