/** What runs for as long as someone is logged in, whichever page is shown. */
import { conversations } from '../stores/conversations.svelte';
import { desk } from '../stores/desk.svelte';
import { drafts } from '../stores/drafts.svelte';
import { outbox } from '../stores/outbox.svelte';
import { reading } from '../stores/reading.svelte';
import { threads } from '../stores/threads.svelte';
import { typing } from '../stores/typing.svelte';

/** Begins it for a person; what is returned ends it. An analyst reads no conversations, and is asked for none. */
export function begin(person: string, readsConversations: boolean): () => void {
  const ends = [desk.begin()];
  if (readsConversations) {
    ends.push(
      reading.begin(person),
      drafts.begin(person),
      conversations.begin(),
      threads.begin(),
      typing.begin(person),
    );
    ends.push(outbox.begin(person, (conversation, entry) => threads.known(conversation)?.keep(entry)));
  }
  return () => ends.reverse().forEach((end) => end());
}
