/** The beat by which the console says that it is there. */

/** Calls `beat` every two seconds until the returned function is called, also while the page is in the background. */
export function startHeart(beat: () => void): () => void {
  const worker = new Worker(new URL('./heart.worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', beat);
  return () => worker.terminate();
}
