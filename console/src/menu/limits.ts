/**
 * What WeChat takes: the numbers of its page on `menu/create`, counted in bytes of UTF-8, of which a Chinese character has three. The API
 * checks the same (crates/wechat/src/api/menu/check.rs) and has the last word.
 */
import { MOST_AT_TOP, MOST_BELOW, pathOf, TYPES, type Button, type Field, type MenuSet } from './model';

export const MOST_BYTES = { top: 16, below: 60, key: 128, url: 1024 } as const;

/** What is wrong with a field, in a form that either language can tell. */
export type Defect =
  | { kind: 'missing' }
  | { kind: 'long'; bytes: number; most: number }
  | { kind: 'many'; most: number }
  | { kind: 'rule' }
  | { kind: 'number' }
  | { kind: 'told'; message: string };

export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Bytes that a field may have; none where WeChat says nothing. */
export function mostOf(field: Field | 'name', isTop: boolean): number | null {
  if (field === 'name') return isTop ? MOST_BYTES.top : MOST_BYTES.below;
  if (field === 'key') return MOST_BYTES.key;
  return field === 'url' ? MOST_BYTES.url : null;
}

/** All that WeChat would refuse, by the way to the field: `button[1].name`. */
export function defectsOf(menus: MenuSet): Map<string, Defect> {
  const found = new Map<string, Defect>();
  menus.forEach(({ buttons, rule }, menu) => {
    const place = menu === 0 ? '' : `conditionalmenu[${menu - 1}].`;
    if (buttons.length === 0) found.set(`${place}button`, { kind: 'missing' });
    if (buttons.length > MOST_AT_TOP) found.set(`${place}button`, { kind: 'many', most: MOST_AT_TOP });
    buttons.forEach((button, top) => checkButton(button, menu, top, found));
    if (rule === null) return;
    if (rule.tag_id === '' && rule.client_platform_type === '') found.set(`${place}matchrule`, { kind: 'rule' });
    if (!/^\d*$/.test(rule.tag_id)) found.set(`${place}matchrule.tag_id`, { kind: 'number' });
  });
  return found;
}

function checkButton(button: Button, menu: number, top: number, found: Map<string, Defect>): void {
  const path = pathOf(menu, top, null);
  checkText(button.name, mostOf('name', true), `${path}.name`, found);
  if (button.below.length === 0) return checkFields(button, path, found);
  if (button.below.length > MOST_BELOW) found.set(`${path}.sub_button`, { kind: 'many', most: MOST_BELOW });
  button.below.forEach((one, below) => {
    const place = pathOf(menu, top, below);
    checkText(one.name, mostOf('name', false), `${place}.name`, found);
    checkFields(one, place, found);
  });
}

function checkFields(button: Button, path: string, found: Map<string, Defect>): void {
  for (const field of TYPES[button.type]) {
    checkText((button.fields[field] ?? '').trim(), mostOf(field, true), `${path}.${field}`, found);
  }
}

function checkText(text: string, most: number | null, path: string, found: Map<string, Defect>): void {
  const bytes = bytesOf(text);
  if (bytes === 0) found.set(path, { kind: 'missing' });
  else if (most !== null && bytes > most) found.set(path, { kind: 'long', bytes, most });
}

/** Whether something at or below a place is wrong. */
export function isWrongAt(defects: ReadonlyMap<string, unknown>, path: string): boolean {
  return [...defects.keys()].some((key) => key === path || key.startsWith(`${path}.`));
}
