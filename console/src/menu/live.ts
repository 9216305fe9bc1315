/** WeChat's own answer about its menus has the default one a level deeper than what is published has it. */
type Json = Record<string, unknown>;

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** The menu in the form in which it is published; null when WeChat has none. */
export function ofLive(wechat: unknown): Json | null {
  if (!isJson(wechat)) return null;
  const menu = isJson(wechat.menu) ? wechat.menu : {};
  return { button: menu.button ?? [], ...('conditionalmenu' in wechat && { conditionalmenu: wechat.conditionalmenu }) };
}
