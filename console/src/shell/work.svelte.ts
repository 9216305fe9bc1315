/** What runs for as long as someone is logged in, whichever page is shown. */

/** Begins it; what is returned ends it. */
export function begin(): () => void {
  const ends: (() => void)[] = [];
  return () => ends.reverse().forEach((end) => end());
}
