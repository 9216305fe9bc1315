/** Who is logged in. */
import { connectSession, get, post, remove } from '../api/client';
import { ApiError } from '../api/errors';
import type { Person, Role, Session } from '../api/types';

export type SessionState = 'asking' | 'out' | 'in' | 'unreachable';

class SessionStore {
  state = $state<SessionState>('asking');
  session = $state.raw<Session | null>(null);
  /** The session ended by itself, not by the person. */
  over = $state(false);

  constructor() {
    connectSession({
      csrf: () => this.session?.csrf ?? null,
      loggedOut: () => this.#end(true),
      renew: () => this.#renew(),
    });
  }

  get person(): Person | null {
    return this.session?.person ?? null;
  }

  get id(): string {
    return this.person?.id ?? '';
  }

  is(...roles: Role[]): boolean {
    return this.person !== null && roles.includes(this.person.role);
  }

  /** Takes up the session that the browser's cookie stands for, if it does. */
  async restore(): Promise<void> {
    this.state = 'asking';
    try {
      this.#begin(await get<Session>('/session', {}, { open: true }));
    } catch (error) {
      this.state = error instanceof ApiError && error.status === 401 ? 'out' : 'unreachable';
    }
  }

  /** Throws what the server said: `unauthorized`, `code_needed`, or a status 429. */
  async logIn(login: string, password: string, code?: string): Promise<void> {
    const body = { login, password, ...(code !== undefined && { code }) };
    this.#begin(await post<Session>('/session', body, { open: true }));
  }

  async logOut(): Promise<void> {
    await remove('/session');
    this.#end(false);
  }

  /** What the person changed about themselves. */
  async refresh(): Promise<void> {
    this.session = await get<Session>('/session');
  }

  /** False when somebody else is logged in by now, in whose name nothing must be repeated, or nothing has changed. */
  async #renew(): Promise<boolean> {
    const { id, session } = this;
    await this.refresh();
    return this.id === id && this.session?.csrf !== session?.csrf;
  }

  #begin(session: Session): void {
    this.session = session;
    this.over = false;
    this.state = 'in';
  }

  #end(over: boolean): void {
    if (this.state !== 'in') return;
    this.over = over;
    this.session = null;
    this.state = 'out';
  }
}

export const session = new SessionStore();
