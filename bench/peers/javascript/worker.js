// Peer (c): the job of the bench as a plain JavaScript Worker with the same objects as fandesk, and none of its other duties.

import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto';

import { shardFor } from './shards.js';

export { Shard } from './shard.js';

const PADDING_BLOCK = 32;
const TIMESTAMP_MAY_BE_OFF_S = 300;

const elements = /<(\w+)>(?:<!\[CDATA\[([\s\S]*?)\]\]>|([^<]*))<\/\1>/g;

/** The fields of a flat document. */
function parse(xml) {
  const fields = {};
  for (const [, name, cdata, plain] of xml.matchAll(elements)) fields[name] = cdata ?? plain;
  return fields;
}

const sign = (...parts) => createHash('sha1').update(parts.sort().join('')).digest('hex');

function isSigned(given, ...parts) {
  const signature = Buffer.from(sign(...parts));
  const other = Buffer.from(given ?? '');
  return signature.length === other.length && timingSafeEqual(signature, other);
}

class Safe {
  constructor(key, appId) {
    this.key = Buffer.from(`${key}=`, 'base64');
    this.iv = this.key.subarray(0, 16);
    this.appId = appId;
  }

  open(encrypt) {
    const cipher = createDecipheriv('aes-256-cbc', this.key, this.iv).setAutoPadding(false);
    const padded = Buffer.concat([cipher.update(encrypt, 'base64'), cipher.final()]);
    const text = padded.subarray(0, padded.length - padded[padded.length - 1]);
    const end = 20 + text.readUInt32BE(16);
    return text.toString('utf8', end) === this.appId ? text.toString('utf8', 20, end) : undefined;
  }

  seal(document) {
    const message = Buffer.from(document);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(message.length);
    const text = Buffer.concat([randomBytes(16), length, message, Buffer.from(this.appId)]);
    const missing = PADDING_BLOCK - (text.length % PADDING_BLOCK);
    const cipher = createCipheriv('aes-256-cbc', this.key, this.iv).setAutoPadding(false);
    return Buffer.concat([cipher.update(text), cipher.update(Buffer.alloc(missing, missing)), cipher.final()]);
  }
}

/** The rules, in the form in which they are looked up. */
class Rules {
  constructor(rules) {
    this.exact = new Map();
    this.contains = [];
    for (const { exact, contains, reply } of rules) {
      if (exact !== undefined) this.exact.set(exact.normalize('NFKC').toLowerCase(), reply);
      else this.contains.push([contains.normalize('NFKC').toLowerCase(), reply]);
    }
  }

  match(text) {
    const normal = text.normalize('NFKC').toLowerCase().trim();
    return this.exact.get(normal) ?? this.contains.find(([part]) => normal.includes(part))?.[1];
  }
}

let rules;
let safe;

function setUp(env) {
  rules = new Rules(JSON.parse(env.RULES));
  if (env.WECHAT_MODE === 'safe') safe = new Safe(env.WECHAT_AES_KEY, env.WECHAT_APP_ID);
}

const refuse = (status) => new Response('', { status });

const render = (to, from, createTime, content) =>
  `<xml><ToUserName><![CDATA[${to}]]></ToUserName><FromUserName><![CDATA[${from}]]></FromUserName>` +
  `<CreateTime>${createTime}</CreateTime><MsgType><![CDATA[text]]></MsgType>` +
  `<Content><![CDATA[${content}]]></Content></xml>`;

function sealed(document, token, timestamp, nonce) {
  const encrypt = safe.seal(document).toString('base64');
  return (
    `<xml><Encrypt><![CDATA[${encrypt}]]></Encrypt>` +
    `<MsgSignature><![CDATA[${sign(token, timestamp, nonce, encrypt)}]]></MsgSignature>` +
    `<TimeStamp>${timestamp}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`
  );
}

const XML = { headers: { 'content-type': 'application/xml; charset=utf-8' } };

export default {
  async fetch(request, env) {
    if (rules === undefined) setUp(env);
    const { url } = request;
    const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
    const timestamp = query.get('timestamp') ?? '';
    const nonce = query.get('nonce') ?? '';
    const now = Date.now();
    const token = env.WECHAT_TOKEN;
    if (!isSigned(query.get('signature'), token, timestamp, nonce)) return refuse(401);
    if (!(Math.abs(now / 1000 - Number(timestamp)) <= TIMESTAMP_MAY_BE_OFF_S)) return refuse(401);

    let fields = parse(await request.text());
    if (safe !== undefined) {
      const encrypt = fields.Encrypt ?? '';
      if (!isSigned(query.get('msg_signature'), token, timestamp, nonce, encrypt)) return refuse(401);
      const opened = safe.open(encrypt);
      if (opened === undefined) return refuse(401);
      fields = parse(opened);
    }
    const { FromUserName: from, ToUserName: to, MsgId: id, CreateTime: createTime, MsgType: type } = fields;
    if (from === undefined || to === undefined || createTime === undefined) return refuse(400);

    const reply = type === 'text' ? (rules.match(fields.Content ?? '') ?? '') : '';
    const key = id ?? `${from}/${createTime}`;
    const kept = await shardFor(env, from).receive(key, from, JSON.stringify(fields), now, reply);
    if (kept === '') return new Response('success');
    const document = render(from, to, Math.floor(now / 1000), kept);
    return new Response(safe === undefined ? document : sealed(document, token, timestamp, nonce), XML);
  },
};
