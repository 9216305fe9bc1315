import { expect, test } from 'vitest';

import type { Entry } from '../api/types';
import { pictureOf, webAddress } from './media';

const picture = (PicUrl: string) => pictureOf({ payload: { PicUrl } } as unknown as Entry);

test('a picture comes from WeChat, by https, or is not shown', () => {
  expect(picture('http://mmbiz.qpic.cn/a/0?x=1')).toBe('https://mmbiz.qpic.cn/a/0?x=1');
  expect(picture('https://elsewhere.example/a.png')).toBeNull();
  expect(picture('https://mmbiz.qpic.cn.evil.example/a.png')).toBeNull();
  expect(picture('javascript:alert(1)')).toBeNull();
  expect(picture('')).toBeNull();
});

test('only addresses of the web become links', () => {
  expect(webAddress('https://example.com/a')).toBe('https://example.com/a');
  expect(webAddress('javascript:alert(1)')).toBeNull();
  expect(webAddress('data:text/html,x')).toBeNull();
  expect(webAddress('not an address')).toBeNull();
});
