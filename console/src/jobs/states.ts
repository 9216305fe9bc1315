/** Where jobs stand. */
import type { Job } from '../api/types';

export type JobState = Job['state'];

/** In the order in which one looks at them: what wants a person first. */
export const STATES: readonly JobState[] = ['dead', 'unknown', 'waiting', 'sending', 'done'];

export function isState(name: string | undefined): name is JobState {
  return STATES.some((state) => state === name);
}

/** Whether a person may have it done again. */
export function isReplayable(state: JobState): boolean {
  return state === 'dead' || state === 'unknown';
}
