// A callback as WeChat signs it, in plain or safe mode. What the Worker checks is in crates/wechat.

import { createCipheriv, createHash, randomBytes } from 'node:crypto';

/** PKCS7 over blocks of 32 bytes, which is more than AES has. */
const BLOCK = 32;

const sign = (...parts) => createHash('sha1').update(parts.sort().join('')).digest('hex');

/** The query that a request of this moment has, without `signature` when there is no token. */
export function signedQuery(
  token,
  { now = Date.now(), nonce = randomBytes(5).readUInt32BE(0).toString(), ...rest } = {},
) {
  const timestamp = String(Math.floor(now / 1000));
  const signature = token ? { signature: sign(token, timestamp, nonce) } : {};
  return new URLSearchParams({ ...signature, timestamp, nonce, ...rest }).toString();
}

const text = (name, value) => `<${name}><![CDATA[${value}]]></${name}>`;

/** What a fan writes, as XML, with a query for plain mode. */
export function signedText({ token, openid, msgId, content, seconds, now = Date.now() }) {
  const body =
    `<xml>${text('ToUserName', 'gh_account')}${text('FromUserName', openid)}<CreateTime>${seconds}</CreateTime>` +
    `${text('MsgType', 'text')}${text('Content', content)}<MsgId>${msgId}</MsgId></xml>`;
  return { query: signedQuery(token, { now, openid }), body };
}

/** An event as XML, encrypted when there is a key, with the query that goes with it. */
export function signedEvent({ token, aesKey, appId, openid, event, now = Date.now() }) {
  const seconds = Math.floor(now / 1000);
  const plain =
    `<xml>${text('ToUserName', 'gh_probe')}${text('FromUserName', openid)}<CreateTime>${seconds}</CreateTime>` +
    `${text('MsgType', 'event')}${text('Event', event)}${text('EventKey', randomBytes(8).toString('hex'))}</xml>`;
  if (!aesKey) return { query: signedQuery(token, { now, openid }), body: plain };
  const nonce = randomBytes(5).readUInt32BE(0).toString();
  const sealed = encrypt(plain, aesKey, appId);
  const query = signedQuery(token, {
    now,
    nonce,
    openid,
    encrypt_type: 'aes',
    msg_signature: sign(token, String(seconds), nonce, sealed),
  });
  return { query, body: `<xml>${text('ToUserName', 'gh_probe')}${text('Encrypt', sealed)}</xml>` };
}

function encrypt(plain, aesKey, appId) {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  const message = Buffer.from(plain);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const whole = Buffer.concat([randomBytes(16), length, message, Buffer.from(appId)]);
  const pad = BLOCK - (whole.length % BLOCK);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([whole, Buffer.alloc(pad, pad)])), cipher.final()]).toString(
    'base64',
  );
}
