import { expect, test } from 'vitest';

import { ofMessage, ofReply, pieces, safeLink } from './answer';

test('a link in a text is a link, and the words around it stay words', () => {
  expect(pieces('看<a href="https://a.example/x">这里</a>。')).toEqual([
    { text: '看', href: null },
    { text: '这里', href: 'https://a.example/x' },
    { text: '。', href: null },
  ]);
});

test('other tags are words, and an address that is no web address leads nowhere', () => {
  expect(pieces('<b onclick="x()">a</b>')).toEqual([{ text: '<b onclick="x()">a</b>', href: null }]);
  expect(pieces(`<a href="javascript:alert(1)">a</a>`)).toEqual([{ text: 'a', href: null }]);
  expect(safeLink(' HTTPS://a.example ')).toBe('HTTPS://a.example');
  expect(safeLink('data:text/html,x')).toBeNull();
});

test('a message menu has its choices, with the ids that a tap sends', () => {
  const message = {
    msgtype: 'msgmenu',
    msgmenu: { head_content: 'Which?', list: [{ id: 'a', content: 'red' }], tail_content: '' },
  };
  expect(ofMessage(message)).toEqual({
    kind: 'choices',
    head: 'Which?',
    choices: [{ id: 'a', content: 'red' }],
    tail: '',
  });
});

test('what has no picture here is named', () => {
  expect(ofReply({ type: 'image', media_id: 'M1' })).toEqual({ kind: 'other', type: 'image', about: 'M1' });
  expect(ofMessage({ msgtype: 'wxcard', wxcard: { card_id: 'C' } })).toEqual({
    kind: 'other',
    type: 'wxcard',
    about: 'C',
  });
});

test('silence is no bubble, and a form that is not known is none either', () => {
  expect([ofReply(null), ofReply('x'), ofMessage(undefined)]).toEqual([null, null, null]);
});
