/** Queues and agents, as the Desk sees them. */
import { SvelteMap } from 'svelte/reactivity';

import { get } from '../api/client';
import type { Desk, DeskAgent, DeskTeam } from '../api/types';
import { live } from '../live/connection.svelte';

/** Changes of conversations change the queues; many at once are one question. */
const SETTLE_MS = 800;

class DeskStore {
  teams = $state.raw<readonly DeskTeam[]>([]);
  agents = new SvelteMap<string, DeskAgent>();
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<unknown>(null);

  /** How many pages show the queues, which have to be asked for. */
  #watchers = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins to listen; what is returned ends it. */
  begin(): () => void {
    this.agents.clear();
    this.teams = [];
    this.state = 'loading';
    const end = live.listen((message) => {
      if (message.type === 'agent') this.agents.set(message.agent.id, message.agent);
      if (message.type === 'hello' && !message.resumed) void this.load();
      if (this.#watchers > 0 && (message.type === 'conversation' || message.type === 'deadline')) this.#loadSoon();
    });
    return () => {
      end();
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  /** The place in the feed that what was loaded is true for; null when it was not. */
  async load(): Promise<number | null> {
    try {
      const { teams, agents, n } = await get<Desk>('/desk');
      this.teams = teams;
      const there = new Set(agents.map(({ id }) => id));
      for (const id of this.agents.keys()) if (!there.has(id)) this.agents.delete(id);
      for (const agent of agents) this.agents.set(agent.id, agent);
      this.state = 'ready';
      return n;
    } catch (error) {
      if (this.state === 'loading') this.state = 'failed';
      this.error = error;
      return null;
    }
  }

  /** Keeps the queues true until the returned function is called. */
  watch(everyMs: number): () => void {
    this.#watchers += 1;
    void this.load();
    const timer = setInterval(() => void this.load(), everyMs);
    return () => {
      this.#watchers -= 1;
      clearInterval(timer);
    };
  }

  teamName(id: string | null): string {
    return this.teams.find((team) => team.id === id)?.name ?? id ?? '';
  }

  agentName(id: string): string {
    return this.agents.get(id)?.name ?? id;
  }

  #loadSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.load();
    }, SETTLE_MS);
  }
}

export const desk = new DeskStore();
