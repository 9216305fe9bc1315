/** What WeChat sent beside text, made safe to show: an address is only used when it is one that the page's policy lets in. */
import type { Entry } from '../api/types';

/** Where WeChat keeps pictures of fans. */
const PICTURE_HOSTS = ['mmbiz.qpic.cn', 'thirdwx.qlogo.cn'];

export function field(entry: Entry, name: string): string | null {
  const value = entry.payload?.[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Null for a picture that the browser would refuse to load. */
export function pictureOf(entry: Entry): string | null {
  const url = parse(field(entry, 'PicUrl'));
  if (url === null) return null;
  if (PICTURE_HOSTS.includes(url.hostname)) return `https://${url.host}${url.pathname}${url.search}`;
  return typeof location !== 'undefined' && url.origin === location.origin ? url.href : null;
}

/** Null for anything but an address of the web, such as `javascript:`. */
export function webAddress(text: string | null): string | null {
  const url = parse(text);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : null;
}

function parse(text: string | null): URL | null {
  return text !== null && URL.canParse(text) ? new URL(text) : null;
}
