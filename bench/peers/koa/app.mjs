// Peer (e): the job of the bench with co-wechat, Koa and better-sqlite3 in one process of Node: no hop at all. One commit a
// request, or one for all that came in the same turn of the event loop.

import { createRequire } from 'node:module';
import { join } from 'node:path';

const {
  DATABASE,
  MODULES,
  PORT,
  COMMIT,
  RULES,
  WECHAT_TOKEN: token,
  WECHAT_AES_KEY: encodingAESKey,
  WECHAT_APP_ID: appid,
  WECHAT_MODE: mode,
} = process.env;

// They are installed outside the checkout.
const load = createRequire(join(MODULES, 'package.json'));
const Sqlite = load('better-sqlite3');
const wechat = load('co-wechat');
const Koa = load('koa');

const TIMESTAMP_MAY_BE_OFF_S = 300;

const database = new Sqlite(DATABASE);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec(`CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY,
  message_key TEXT NOT NULL UNIQUE,
  openid TEXT NOT NULL,
  payload TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  reply TEXT NOT NULL
) STRICT`);

// A retry finds its row and gets the answer that is there.
const insert = database
  .prepare(
    `INSERT INTO events (message_key, openid, payload, received_at, reply) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (message_key) DO UPDATE SET message_key = message_key RETURNING reply`,
  )
  .pluck();

const keepAll = database.transaction((group) => group.map(({ event }) => insert.get(...event)));

let waiting = [];

function commitGroup() {
  const group = waiting;
  waiting = [];
  try {
    const kept = keepAll(group);
    group.forEach(({ resolve }, place) => resolve(kept[place]));
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}

const keepGrouped = (event) =>
  new Promise((resolve, reject) => {
    if (waiting.length === 0) setImmediate(commitGroup);
    waiting.push({ event, resolve, reject });
  });

const keep = COMMIT === 'grouped' ? keepGrouped : (event) => insert.get(...event);

const normal = (text) => text.normalize('NFKC').toLowerCase().trim();
const rules = JSON.parse(RULES);
const exact = new Map(rules.filter((rule) => rule.exact).map((rule) => [normal(rule.exact), rule.reply]));
const contains = rules.filter((rule) => rule.contains).map((rule) => [normal(rule.contains), rule.reply]);

function match(text) {
  const wanted = normal(text);
  return exact.get(wanted) ?? contains.find(([part]) => wanted.includes(part))?.[1] ?? '';
}

const app = new Koa();

app.use((ctx, next) => {
  const fresh = Math.abs(Date.now() / 1000 - Number(ctx.query.timestamp)) <= TIMESTAMP_MAY_BE_OFF_S;
  if (fresh) return next();
  ctx.status = 401;
  return undefined;
});

app.use(
  wechat(mode === 'safe' ? { token, appid, encodingAESKey } : token).middleware((message) => {
    const { FromUserName: openid, CreateTime: createTime, MsgId: id, MsgType: type, Content: content } = message;
    const reply = type === 'text' ? match(content) : '';
    return keep([id ?? `${openid}/${createTime}`, openid, JSON.stringify(message), Date.now(), reply]);
  }),
);

app.listen(Number(PORT), '127.0.0.1');
