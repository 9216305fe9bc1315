/** What this browser keeps for one person until they log out: drafts, unsent messages, what was read. */
const PREFIX = 'fandesk.kept.';

function key(person: string, name: string): string {
  return `${PREFIX}${person}.${name}`;
}

/** Null when there is nothing, or nothing that can be read. */
export function recall<Value>(person: string, name: string): Value | null {
  try {
    const text = localStorage.getItem(key(person, name));
    return text === null ? null : (JSON.parse(text) as Value);
  } catch {
    return null;
  }
}

/** All whose names begin with `prefix`. */
export function recallAll<Value>(person: string, prefix: string): Value[] {
  const start = key(person, prefix);
  const names = Object.keys(localStorage).filter((name) => name.startsWith(start));
  const values = names.map((name) => recall<Value>(person, name.slice(key(person, '').length)));
  return values.filter((value) => value !== null);
}

/** A full or forbidden store loses nothing that is on the screen, so it is no failure. */
export function keep(person: string, name: string, value: unknown): void {
  try {
    localStorage.setItem(key(person, name), JSON.stringify(value));
  } catch {
    // Nothing to be done.
  }
}

export function forget(person: string, name: string): void {
  localStorage.removeItem(key(person, name));
}

/** Everything of everyone: the next one at this machine shall not find it. */
export function forgetAll(): void {
  for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
}
