/** A document as lines: which are seen, which are marked, and where one begins. */
export interface Note {
  message: string;
  /** From 1; none when it is about the document as a whole. */
  line: number | null;
  field: string | null;
}

export type Mark = 'mistake' | 'warning';

/** How many lines an editor shows of a text: what follows the last line break is one too. */
export function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Where a line begins; the end of the text for one that is not there. */
export function startOf(text: string, line: number): number {
  let at = 0;
  for (let n = 1; n < line; n += 1) {
    const end = text.indexOf('\n', at);
    if (end === -1) return text.length;
    at = end + 1;
  }
  return at;
}

/** The line that a place in the text is on. */
export function lineAt(text: string, offset: number): number {
  return countLines(text.slice(0, offset));
}

/** Which lines are marked. A mistake hides a warning on the same line; a line that the text no longer has is not marked. */
export function marksOf(mistake: Note | null, warnings: readonly Note[], lines: number): Map<number, Mark> {
  const marks = new Map<number, Mark>();
  const mark = (note: Note, as: Mark) => {
    if (note.line !== null && note.line >= 1 && note.line <= lines) marks.set(note.line, as);
  };
  warnings.forEach((warning) => mark(warning, 'warning'));
  if (mistake !== null) mark(mistake, 'mistake');
  return marks;
}

/** The lines that are in view, with some around them. */
export function inView(
  scrollTop: number,
  height: number,
  lineHeight: number,
  lines: number,
): [first: number, last: number] {
  const around = 4;
  const first = Math.max(1, Math.floor(scrollTop / lineHeight) + 1 - around);
  const last = Math.min(lines, Math.ceil((scrollTop + height) / lineHeight) + around);
  return [Math.min(first, lines), last];
}
