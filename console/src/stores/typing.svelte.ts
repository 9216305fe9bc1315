/** Which colleagues are writing where. */
import { SvelteMap } from 'svelte/reactivity';

import { live } from '../live/connection.svelte';
import { clock } from './clock.svelte';

/** Who has said nothing for so long has stopped. */
const FADES_MS = 5000;

/** As often as the others are told. */
const EVERY_MS = 3000;

class Typing {
  #who = new SvelteMap<string, { agent: string; name: string; until: number }>();
  #toldAt = 0;

  begin(me: string): () => void {
    return live.listen((message) => {
      if (message.type === 'typing' && message.agent !== me) {
        const { agent, name } = message;
        this.#who.set(message.conversation, { agent, name, until: Date.now() + FADES_MS });
      } else if (message.type === 'entry' && message.entry.agent?.id === this.#who.get(message.conversation)?.agent) {
        this.#who.delete(message.conversation);
      }
    });
  }

  /** The name of who is writing there; null when nobody is. */
  in(conversation: string): string | null {
    const who = this.#who.get(conversation);
    return who !== undefined && clock.now > 0 && Date.now() < who.until ? who.name : null;
  }

  tell(conversation: string): void {
    if (Date.now() - this.#toldAt < EVERY_MS) return;
    if (live.say({ type: 'typing', conversation })) this.#toldAt = Date.now();
  }
}

export const typing = new Typing();
