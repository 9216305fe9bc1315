/** Milliseconds before the first second try. */
const FIRST_MS = 500;

/** A desk that was away for long must be found again within a few seconds of its return. */
const LONGEST_MS = 8000;

/**
 * How long to wait before try number `attempt` (from 0): doubled each time, and anywhere between half and all of that, so that
 * forty consoles do not come back in the same moment. `random` is from 0 to 1.
 */
export function backoff(attempt: number, random: number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(whole * (0.5 + random / 2));
}
