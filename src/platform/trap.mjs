// A trap in Wasm leaves memory behind that cannot be used again. worker-build makes a new instance before the next event, if it
// is told; for its own handlers it tells itself. What was made in the old instance must not be touched after that.

const state = () => globalThis.__worker_init_state;

/** Tells the instances apart. */
export const currentInstance = () => state().instanceId;

export function noteTrap(error) {
  if (error instanceof WebAssembly.RuntimeError) state().criticalError = true;
}
