/** The custom menu that is being edited, and what was published last. */
import { get, post, put, remove } from '../api/client';
import { ApiError } from '../api/errors';
import type { MenuChecked, MenuPublished, MenuVersion } from '../api/types';
import { session } from '../stores/session.svelte';
import { defectsOf, type Defect } from './limits';
import { fromWechat, moved, newButton, toWechat, type Button, type Menu } from './model';

/** What is being edited: a button at the top, or one below it. */
export interface Chosen {
  top: number;
  below: number | null;
}

class Menus {
  menus = $state<Menu[]>([{ buttons: [], rule: null }]);
  /** Which of them is shown: 0 is that of everybody. */
  shown = $state(0);
  chosen = $state<Chosen | null>(null);
  newest = $state.raw<MenuVersion | null>(null);
  /** What the API said against it; ends with the next change. */
  told = $state.raw<{ field: string; message: string } | null>(null);
  warnings = $state.raw<readonly { field: string; message: string }[]>([]);
  #kept = $state('');
  #owner = '';

  get menu(): Menu {
    return this.menus[this.shown] ?? { buttons: [], rule: null };
  }

  get button(): Button | null {
    if (this.chosen === null) return null;
    const top = this.menu.buttons[this.chosen.top];
    const found = this.chosen.below === null ? top : top?.below[this.chosen.below];
    return found ?? null;
  }

  get isChanged(): boolean {
    return JSON.stringify(toWechat(this.menus)) !== this.#kept;
  }

  readonly defects: ReadonlyMap<string, Defect> = $derived.by(() => {
    const defects = defectsOf(this.menus);
    if (this.told !== null && !defects.has(this.told.field)) {
      defects.set(this.told.field, { kind: 'told', message: this.told.message });
    }
    return defects;
  });

  /** Takes what was published last, unless this person has changes that are kept nowhere else. */
  async load(): Promise<void> {
    const mine = this.#owner === session.id && this.isChanged && this.#kept !== '';
    this.newest = await newest();
    if (mine) return;
    this.#owner = session.id;
    this.#take(this.newest?.menu ?? null);
  }

  /** Starts from another menu, such as an older version or what WeChat has. */
  continueFrom(menu: unknown): void {
    this.menus = [...fromWechat(menu)];
    this.shown = 0;
    this.chosen = null;
    this.#changed();
  }

  discard(): void {
    this.#take(this.newest?.menu ?? null);
  }

  add(top: number | null): void {
    const { buttons } = this.menu;
    if (top === null) {
      buttons.push(newButton());
      this.chosen = { top: buttons.length - 1, below: null };
    } else {
      const list = buttons[top]?.below;
      if (list === undefined) return;
      list.push(newButton());
      this.chosen = { top, below: list.length - 1 };
    }
    this.#changed();
  }

  move(by: 1 | -1): void {
    if (this.chosen === null) return;
    const { top, below } = this.chosen;
    const list = this.#listOf(this.chosen);
    const at = below ?? top;
    if (at + by < 0 || at + by >= list.length) return;
    const next = moved(list, at, by);
    const above = this.menu.buttons[top];
    if (below === null) this.menu.buttons = next;
    else if (above !== undefined) above.below = next;
    this.chosen = below === null ? { top: top + by, below } : { top, below: below + by };
    this.#changed();
  }

  removeChosen(): void {
    if (this.chosen === null) return;
    const { top, below } = this.chosen;
    this.#listOf(this.chosen).splice(below ?? top, 1);
    this.chosen = below === null ? null : { top, below: null };
    this.#changed();
  }

  addMenu(): void {
    this.menus.push({ buttons: [newButton()], rule: { tag_id: '', client_platform_type: '' } });
    this.show(this.menus.length - 1);
    this.#changed();
  }

  removeMenu(): void {
    if (this.shown === 0) return;
    this.menus.splice(this.shown, 1);
    this.show(this.shown - 1);
    this.#changed();
  }

  show(menu: number): void {
    this.shown = menu;
    this.chosen = null;
  }

  /** Something was typed. */
  typed(): void {
    this.#changed();
  }

  /** Asks the API whether WeChat would take it; keys that nothing answers are told in `warnings`. */
  async check(): Promise<void> {
    const { warnings } = await this.#asked(() => post<MenuChecked>('/menu/check', toWechat(this.menus)));
    this.#warn(warnings);
  }

  async publish(): Promise<MenuPublished> {
    const published = await this.#asked(() =>
      put<MenuPublished>('/menu', toWechat(this.menus), { headers: this.#match() }),
    );
    await this.#published();
    this.#warn(published.warnings);
    return published;
  }

  async takeAway(): Promise<void> {
    await remove('/menu', undefined, { headers: this.#match() });
    await this.#published();
  }

  async restore(version: number): Promise<MenuPublished> {
    const published = await post<MenuPublished>(`/menu/versions/${version}/publish`, undefined, {
      headers: this.#match(),
    });
    await this.#published();
    return published;
  }

  #match(): Record<string, string> {
    return { 'if-match': `"${this.newest?.version ?? 0}"` };
  }

  async #published(): Promise<void> {
    this.newest = await newest();
    this.#take(this.newest?.menu ?? null);
  }

  #take(menu: unknown): void {
    this.continueFrom(menu);
    this.#kept = JSON.stringify(toWechat(this.menus));
  }

  #warn(warnings: MenuChecked['warnings']): void {
    this.warnings = warnings.map(({ field, message }) => ({ field: field ?? '', message }));
  }

  #listOf({ top, below }: Chosen): Button[] {
    return below === null ? this.menu.buttons : (this.menu.buttons[top]?.below ?? []);
  }

  #changed(): void {
    this.told = null;
    this.warnings = [];
  }

  async #asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof ApiError && error.field !== undefined) {
        this.told = { field: error.field, message: error.message };
      }
      throw error;
    }
  }
}

/** What was published last; null when nothing ever was. */
async function newest(): Promise<MenuVersion | null> {
  try {
    return await get<MenuVersion>('/menu');
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

export const menus = new Menus();
