// What a trap in Wasm leaves behind cannot be used again. worker-build makes a new instance before the next event, if it is told;
// for its own handlers it tells itself.

export function noteTrap(error) {
  if (error instanceof WebAssembly.RuntimeError) globalThis.__worker_init_state.criticalError = true;
}
