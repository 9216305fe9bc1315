// Finding out that the Worker answers, and saying so.

import { setTimeout as sleep } from 'node:timers/promises';

import { Refusal } from './refusal.mjs';

const LOOK_MS = 50;

/** Waits until /healthz answers at all, with whatever verdict. */
export async function untilAnswering(url, patienceMs) {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) });
      await response.arrayBuffer();
      return;
    } catch (error) {
      if (Date.now() > deadline)
        throw new Refusal(`${url}/healthz does not answer: ${error.cause?.message ?? error.message}`);
    }
    await sleep(LOOK_MS);
  }
}

/**
 * What keeps the Worker from working in full, one line each. A run goes on with problems: they are shown at once, the
 * Worker answers as it would when deployed like that, and tests want to see just that.
 */
export async function problems(url) {
  const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) });
  const text = await response.text();
  if (response.ok) return [];
  try {
    return JSON.parse(text).problems.map(({ message }) => message);
  } catch {
    return [`/healthz answered ${response.status}: ${text.trim()}`];
  }
}
