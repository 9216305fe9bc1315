// What the made-up desk has: people, teams, fans and what was said, as of one moment that the caller names.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const PASSWORD = 'correct horse battery';

const person = (id, login, name, role, teams, rest = {}) => ({
  id,
  login,
  name,
  role,
  teams,
  skills: [],
  capacity: 10,
  persona: {},
  active: true,
  totp: false,
  created_at: 0,
  ...rest,
});

const PEOPLE = [
  person('p-alice', 'alice', '艾丽丝', 'agent', ['desk', 'after']),
  person('p-bo', 'bo', '王博', 'agent', ['desk']),
  person('p-chen', 'chen', '陈晨', 'agent', ['after'], { capacity: 6 }),
  person('p-sun', 'sun', '孙主管', 'supervisor', ['desk', 'after']),
  person('p-root', 'root', '管理员', 'admin', ['desk', 'after'], { totp: true }),
  person('p-lin', 'lin', '林分析', 'analyst', []),
];

const TEAMS = [
  { id: 'desk', name: '服务台' },
  { id: 'after', name: '售后' },
];

/** One line a conversation: who, state, team, agent, minutes since it opened, what was said, and what differs. */
const CASES = [
  [
    'oGk3Lp9xQ7mA',
    'assigned',
    'desk',
    'p-alice',
    12,
    ['人工', '我的快递三天没动了，单号 SF1380021', '能帮我看看吗？'],
    { tags: ['物流'], fan_tags: ['会员'] },
  ],
  [
    'oHt8Vn2cR4wB',
    'assigned',
    'after',
    'p-alice',
    26,
    ['转人工', '杯子收到就碎了', '要怎么退？'],
    { tags: ['投诉'], priority: 5, fan_tags: ['VIP'], late: true },
  ],
  [
    'oJy1Ws6dK8eC',
    'assigned',
    'desk',
    'p-alice',
    40,
    ['人工', '发票抬头填错了，可以重开吗'],
    { answered: '可以的，请把新的抬头和税号发给我。', tags: ['发票'] },
  ],
  [
    'oKz5Xe4fM2rD',
    'on_hold',
    'desk',
    'p-alice',
    95,
    ['你好，想改地址', '收货地址换成上海徐汇区'],
    { answered: '好的，请提供订单号。' },
  ],
  ['oLa7Yd3gN6tE', 'waiting', 'desk', null, 8, ['人工', '活动的优惠券用不了'], { fan_tags: ['会员'] }],
  ['oMb9Zc1hP4yF', 'waiting', 'desk', null, 5, ['有人吗', '请问今天几点下班'], {}],
  [
    'oNc2Ab8jQ3uG',
    'waiting',
    'after',
    null,
    17,
    ['投诉', '说好周二上门，没有人来！'],
    { tags: ['投诉'], priority: 5, late: true },
  ],
  ['oPd4Bc7kR1iH', 'reopened', 'after', null, 3, ['还是不行，和上次一样'], { reopened: 1, reason: 'reopened' }],
  [
    'oQe6Cd5lS9oJ',
    'assigned',
    'desk',
    'p-bo',
    20,
    ['人工', '会员积分怎么换？'],
    { answered: '在“我的—积分商城”里可以兑换。' },
  ],
  ['oRf8De3mT7pK', 'assigned', 'after', 'p-chen', 33, ['维修', '保修期内换屏多少钱'], { tags: ['维修'] }],
  ['oSg1Ef9nU5aL', 'resolved', 'desk', 'p-alice', 300, ['怎么开发票'], { answered: '已经发到您的邮箱。', score: 5 }],
  ['oTh3Fg7pV2sM', 'closed', 'desk', 'p-bo', 4000, ['营业时间？'], { answered: '每天 9:00–21:00。', score: 4 }],
];

const WEB_CASE = ['web-71f3a09c', 'waiting', 'desk', null, 2, ['网页上看到的价格是含税的吗？'], { channel: 'web' }];

function deadlinesOf(state, at, now, late, answered) {
  if (state === 'resolved' || state === 'closed') return [];
  const paused = state === 'on_hold';
  const first = at + 15 * MINUTE;
  const due = late ? now - 2 * MINUTE : Math.max(first, now + 90_000);
  const deadline = (kind, due_at, warn) => ({
    kind,
    due_at,
    warn_at: due_at - warn,
    breached_at: due_at <= now ? due_at : null,
    paused,
    left_ms: paused ? due_at - now : null,
  });
  const resolution = deadline('resolution', Math.max(at + 30 * MINUTE, now + 4 * MINUTE), 3 * MINUTE);
  return answered ? [resolution] : [deadline('first_answer', due, 3 * MINUTE), resolution];
}

/** A desk in the middle of a morning. */
export function makeDesk(now) {
  const conversations = new Map();
  const threads = new Map();
  const people = new Map(PEOPLE.map((one) => [one.id, structuredClone(one)]));
  const nameOf = (id) => people.get(id)?.name ?? null;

  [...CASES, WEB_CASE].forEach(([openid, state, team, agent, minutes, texts, rest], index) => {
    const { late, answered, channel = 'wechat', ...fields } = rest;
    const id = `3.${100 + index}`;
    const at = now - minutes * MINUTE;
    const entries = [
      ...(channel === 'wechat' ? longAgo(openid, index, at) : []),
      ...texts.map((text, n) =>
        entry(`3.${100 + index}${n === 0 ? '' : n}`, at + n * 40_000, 'fan', text, {
          reply: n === 0 && texts.length > 1 ? { type: 'text', text: '正在为您转接人工客服，请稍候。' } : null,
        }),
      ),
    ];
    if (answered) {
      const said = entry(`3.${100 + index}8`, at + 3 * MINUTE, 'agent', answered, {
        agent: { id: agent, name: nameOf(agent) },
      });
      said.job = { id: `3.${100 + index}8/message`, state: 'done', last_error: null };
      entries.push(said);
    }
    threads.set(id, entries);
    const last = entries.at(-1);
    const lastFan = entries.filter(({ from }) => from === 'fan').at(-1).at;
    conversations.set(id, {
      id,
      channel,
      openid,
      state,
      team,
      agent,
      agent_name: agent === null ? null : nameOf(agent),
      tags: [],
      priority: 0,
      epoch: 1,
      reason: 'command',
      opened_at: at,
      waiting_since: agent === null ? at : null,
      assigned_at: agent === null ? null : at + 60_000,
      resolved_at: ['resolved', 'closed'].includes(state) ? at + 20 * MINUTE : null,
      last_fan_at: lastFan,
      last_answer_at: answered ? at + 3 * MINUTE : null,
      first_answered_at: answered ? at + 3 * MINUTE : null,
      preview: last.text,
      last_from: last.from,
      unread: answered ? 0 : texts.length,
      fan_tags: [],
      deadlines: deadlinesOf(state, at, now, late, answered),
      window: { until: lastFan + 48 * HOUR, left: answered ? 4 : 5 },
      reopened: 0,
      score: null,
      draft_by: null,
      position: null,
      ...fields,
    });
  });
  return { people, teams: TEAMS, conversations, threads };
}

export function entry(id, at, from, text, rest = {}) {
  return { id, at, from, agent: null, kind: 'text', text, payload: null, reply: null, job: null, ...rest };
}

/** What was before: a day ago, with pictures and the like, and enough of it for a second page. */
function longAgo(openid, index, at) {
  const day = at - 26 * HOUR;
  const id = (n) => `3.${index}${String(n).padStart(2, '0')}`;
  const before = Array.from({ length: index === 0 ? 70 : 0 }, (_, n) =>
    entry(
      `2.${n}`,
      day - (80 - n) * MINUTE,
      n % 2 === 0 ? 'fan' : 'bot',
      n % 2 === 0 ? `第 ${n / 2 + 1} 个问题` : '请回复序号选择。',
    ),
  );
  return [
    ...before,
    entry(id(1), day, 'fan', null, { kind: 'event', payload: { Event: 'subscribe', EventKey: 'qrscene_counter-1' } }),
    entry(id(2), day + 60_000, 'fan', '菜单', { reply: { type: 'text', text: '1 查物流\n2 会员\n3 人工客服' } }),
    entry(id(3), day + 90_000, 'fan', null, {
      kind: 'image',
      payload: { PicUrl: 'http://mmbiz.qpic.cn/none/0', MediaId: openid },
    }),
    entry(id(4), day + 120_000, 'fan', null, {
      kind: 'voice',
      payload: { Format: 'amr', Recognition: '我想问一下什么时候发货' },
    }),
    entry(id(5), day + 150_000, 'fan', null, {
      kind: 'location',
      payload: { Label: '上海市徐汇区漕溪北路', Location_X: '31.19', Location_Y: '121.43' },
    }),
    entry(id(6), day + 180_000, 'agent', '上次的包裹是本人签收的，注意核对地址', {
      kind: 'note',
      agent: { id: 'p-bo', name: '王博' },
    }),
  ];
}
