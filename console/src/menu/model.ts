/**
 * The custom menu as it is edited. WeChat's own form has other fields for each type and no `type` where there is a list; here a button
 * keeps what was typed for every field, so that trying another type loses nothing.
 */
export const TYPES = {
  click: ['key'],
  view: ['url'],
  miniprogram: ['url', 'appid', 'pagepath'],
  scancode_push: ['key'],
  scancode_waitmsg: ['key'],
  pic_sysphoto: ['key'],
  pic_photo_or_album: ['key'],
  pic_weixin: ['key'],
  location_select: ['key'],
  media_id: ['media_id'],
  view_limited: ['media_id'],
  article_id: ['article_id'],
  article_view_limited: ['article_id'],
} as const satisfies Record<string, readonly Field[]>;

export type Type = keyof typeof TYPES;
export type Field = 'key' | 'url' | 'appid' | 'pagepath' | 'media_id' | 'article_id';

export interface Button {
  /** Tells it from the others while it is edited; WeChat knows nothing of it. */
  id: number;
  name: string;
  type: Type;
  fields: Partial<Record<Field, string>>;
  /** One that opens a list has no type. */
  below: Button[];
}

/** Who sees a menu that not all see: fans to whom each of these applies. */
export interface Rule {
  tag_id: string;
  client_platform_type: '' | '1' | '2' | '3';
}

export interface Menu {
  buttons: Button[];
  /** None for the menu of everybody else. */
  rule: Rule | null;
}

/** The default menu first. */
export type MenuSet = readonly Menu[];

/** By their ids: what may be where, and how many. */
export const MOST_AT_TOP = 3;
export const MOST_BELOW = 5;

let nextId = 1;

export function newButton(name = ''): Button {
  return { id: nextId++, name, type: 'click', fields: {}, below: [] };
}

type Json = Record<string, unknown>;

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);

/** Reads WeChat's JSON, wherever it makes sense. */
export function fromWechat(menu: unknown): MenuSet {
  const whole = isJson(menu) ? menu : {};
  const conditional = listOf(whole.conditionalmenu).map((one) => {
    const rule = isJson(one.matchrule) ? one.matchrule : {};
    const platform = textOf(rule.client_platform_type);
    return {
      buttons: listOf(one.button).map(readButton),
      rule: { tag_id: textOf(rule.tag_id), client_platform_type: isPlatform(platform) ? platform : ('' as const) },
    };
  });
  return [{ buttons: listOf(whole.button).map(readButton), rule: null }, ...conditional];
}

function isPlatform(text: string): text is '1' | '2' | '3' {
  return ['1', '2', '3'].includes(text);
}

function readButton(json: Json): Button {
  const type = textOf(json.type);
  const fields: Button['fields'] = {};
  for (const field of ['key', 'url', 'appid', 'pagepath', 'media_id', 'article_id'] as const) {
    const text = textOf(json[field]);
    if (text !== '') fields[field] = text;
  }
  return {
    id: nextId++,
    name: textOf(json.name),
    type: isType(type) ? type : 'click',
    fields,
    below: listOf(json.sub_button).map(readButton),
  };
}

export function isType(name: string): name is Type {
  return Object.hasOwn(TYPES, name);
}

/** WeChat's JSON, as it is sent and kept. */
export function toWechat(menus: MenuSet): Json {
  const [first, ...others] = menus;
  const json: Json = { button: (first?.buttons ?? []).map(writeButton) };
  if (others.length > 0) {
    json.conditionalmenu = others.map(({ buttons, rule }) => ({
      button: buttons.map(writeButton),
      matchrule: {
        ...(rule?.tag_id && { tag_id: rule.tag_id }),
        ...(rule?.client_platform_type && { client_platform_type: rule.client_platform_type }),
      },
    }));
  }
  return json;
}

function writeButton(button: Button): Json {
  if (button.below.length > 0) return { name: button.name, sub_button: button.below.map(writeButton) };
  const own = TYPES[button.type].map((field) => [field, (button.fields[field] ?? '').trim()] as const);
  return { type: button.type, name: button.name, ...Object.fromEntries(own) };
}

/** Moves an item by one; at the ends it stays. */
export function moved<Item>(list: readonly Item[], at: number, by: 1 | -1): Item[] {
  const to = at + by;
  if (to < 0 || to >= list.length) return [...list];
  const all = [...list];
  const [item] = all.splice(at, 1);
  if (item !== undefined) all.splice(to, 0, item);
  return all;
}

/** Where a button is, as the API names it: `button[1].sub_button[0]`; for a menu of some fans `conditionalmenu[0].button[1]`. */
export function pathOf(menu: number, top: number, below: number | null): string {
  const before = menu === 0 ? '' : `conditionalmenu[${menu - 1}].`;
  return `${before}button[${top}]${below === null ? '' : `.sub_button[${below}]`}`;
}
