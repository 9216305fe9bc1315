/** What runs for as long as someone is logged in, whichever page is shown. */
import { live } from '../live/connection.svelte';
import { conversations } from '../stores/conversations.svelte';
import { desk } from '../stores/desk.svelte';
import { drafts } from '../stores/drafts.svelte';
import { outbox } from '../stores/outbox.svelte';
import { reading } from '../stores/reading.svelte';
import { session } from '../stores/session.svelte';
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
  void start(readsConversations);
  ends.push(() => live.stop());
  return () => ends.reverse().forEach((end) => end());
}

/** What is listed is asked for after the place in the feed is known, so that nothing falls between the two. */
async function start(readsConversations: boolean): Promise<void> {
  const n = await desk.load();
  // Whoever logged out in the meantime needs neither.
  if (session.state !== 'in') return;
  live.start(n, () => session.refresh());
  if (readsConversations) await conversations.load();
}
