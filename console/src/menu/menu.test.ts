import { expect, test } from 'vitest';

import { bytesOf, defectsOf, isWrongAt } from './limits';
import { fromWechat, moved, newButton, pathOf, toWechat, type Button } from './model';

const WECHAT = {
  button: [
    { type: 'click', name: '帮助', key: 'HELP' },
    {
      name: '更多',
      sub_button: [
        { type: 'view', name: '官网', url: 'https://a.example/' },
        { type: 'miniprogram', name: '商城', url: 'https://a.example/', appid: 'wx1', pagepath: 'pages/index' },
      ],
    },
  ],
  conditionalmenu: [
    { button: [{ type: 'click', name: '会员', key: 'VIP' }], matchrule: { tag_id: '2', client_platform_type: '1' } },
  ],
};

const button = (name: string, key = 'K'): Button => ({ ...newButton(name), fields: { key } });

test('a menu comes back as it was', () => {
  expect(toWechat(fromWechat(WECHAT))).toEqual(WECHAT);
});

test('what WeChat adds to its own answers is left out', () => {
  const theirs = { button: [{ type: 'click', name: '帮助', key: 'HELP', sub_button: [] }] };
  expect(toWechat(fromWechat(theirs))).toEqual({ button: [{ type: 'click', name: '帮助', key: 'HELP' }] });
});

test('another type has its own fields, and going back brings the old ones', () => {
  const one = button('a', 'KEY');
  one.type = 'view';
  one.fields.url = ' https://a.example ';
  expect(toWechat([{ buttons: [one], rule: null }]).button).toEqual([
    { type: 'view', name: 'a', url: 'https://a.example' },
  ]);
  one.type = 'click';
  expect(toWechat([{ buttons: [one], rule: null }]).button).toEqual([{ type: 'click', name: 'a', key: 'KEY' }]);
});

test('names are counted in bytes: five Chinese characters fit at the top, six do not', () => {
  expect(bytesOf('帮助中心了')).toBe(15);
  const defects = (name: string) => [...defectsOf([{ buttons: [button(name)], rule: null }])];
  expect(defects('帮助中心了')).toEqual([]);
  expect(defects('帮助中心了吧')).toEqual([['button[0].name', { kind: 'long', bytes: 18, most: 16 }]]);
});

test('each mistake is told with its way, and marks the buttons above it', () => {
  const list = { ...button('更多'), below: [button('a'), button('', '')] };
  const defects = defectsOf([
    { buttons: [button('b'), list], rule: null },
    { buttons: [], rule: { tag_id: 'x', client_platform_type: '' } },
  ]);
  expect([...defects.keys()]).toEqual([
    'button[1].sub_button[1].name',
    'button[1].sub_button[1].key',
    'conditionalmenu[0].button',
    'conditionalmenu[0].matchrule.tag_id',
  ]);
  expect(isWrongAt(defects, pathOf(0, 1, null))).toBe(true);
  expect(isWrongAt(defects, pathOf(0, 1, 0))).toBe(false);
  expect(isWrongAt(defects, pathOf(0, 0, null))).toBe(false);
});

test('a menu of some fans says of whom', () => {
  const defects = defectsOf([
    { buttons: [button('a')], rule: null },
    { buttons: [button('a')], rule: { tag_id: '', client_platform_type: '' } },
  ]);
  expect([...defects.keys()]).toEqual(['conditionalmenu[0].matchrule']);
});

test('what has a list needs no key, whatever it had before', () => {
  const list = { ...button('更多', ''), below: [button('a')] };
  expect(defectsOf([{ buttons: [list], rule: null }]).size).toBe(0);
});

test('moving stops at the ends', () => {
  expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
  expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'b', 'c']);
  expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c']);
});

test('anything else than a menu is an empty one', () => {
  for (const odd of [null, 'x', { button: 'x' }, { button: [1, null] }]) {
    expect(toWechat(fromWechat(odd))).toEqual({ button: [] });
  }
});
