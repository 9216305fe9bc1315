// The job that every subject of the comparison does, and what it is done with: one account, 200 rules, one reply.

import { Refusal } from '../../scripts/lib/refusal.mjs';
import { freshSettings } from '../../scripts/lib/settings.mjs';

/** What every fan writes is among the last of them. */
const RULES = 200;
const WITH_CONTAINS = 40;

export const REPLY = '出发！活动每天 20:00 开始，记得来。Off we go, see you at 20:00.';

export const rules = () =>
  Array.from({ length: RULES }, (_, index) => {
    if (index === RULES - 1) return { exact: 'GO', reply: REPLY };
    const reply = `第 ${index} 条回答。This is answer ${index}.`;
    return index < WITH_CONTAINS ? { contains: `关于 ${index} 号`, reply } : { exact: `问题 ${index}`, reply };
  });

/** The rules as fandesk takes them. */
const playbook = () =>
  JSON.stringify({
    default: { text: '?' },
    rule: rules().map(({ exact, contains, reply }) => ({
      ...(exact === undefined ? { contains: [contains] } : { exact: [exact] }),
      reply: { text: reply },
    })),
  });

const SETTINGS = freshSettings();

/** Settings of the account in a mode; those that fandesk has and the peers do not need do no harm. */
export const settingsFor = (mode) => ({ ...SETTINGS, WECHAT_MODE: mode });

/** Publishes the rules to fandesk at `url`. */
export async function publish(url, settings) {
  const response = await fetch(new URL('/api/v1/playbook', url), {
    method: 'PUT',
    headers: { authorization: `Bearer ${settings.FANDESK_ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: playbook(),
  });
  if (response.status !== 200) {
    throw new Refusal(`the playbook was answered ${response.status}: ${await response.text()}`);
  }
}
