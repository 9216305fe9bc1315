// Programs that a launcher runs beside itself, and its own end.
//
// Nothing may outlive the launcher: not after a signal to it alone, to its process group or to the `make` above it, and,
// where Linux offers the means (see keeper.sh), not even after it was killed outright.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { inCheckout } from './checkout.mjs';
import { Refusal } from './refusal.mjs';

/** Runs a program so that it dies with whatever started it. */
const KEEPER = inCheckout('scripts/keeper.sh');

/** What makes Miniflare, here or within wrangler, start workerd through the keeper. */
export const KEPT_WORKERD = {
  MINIFLARE_WORKERD_PATH: KEEPER,
  KEPT_WORKERD: createRequire(import.meta.url)('workerd').default,
};

/** How long a program may take to end when asked to, before it is killed. */
const GRACE_MS = 5_000;

/** How long the dead may take to disappear. */
const GROUP_GRACE_MS = 500;

const MAKE_LOOK_MS = 500;

/** A program whose lines are printed with `label` in front, so that none can be taken for a line of the launcher. */
export class Child {
  #process;
  #ending = false;

  constructor(label, command, args, { env, onUnexpectedEnd }) {
    // A process group of its own: an interrupt from the terminal is for the launcher, which ends its programs in order.
    this.#process = spawn(KEEPER, [command, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    print(this.#process.stdout, process.stdout, label);
    print(this.#process.stderr, process.stderr, label);
    const gone = (why) => this.#ending || onUnexpectedEnd(new Refusal(`the ${label} ended by itself (${why})`));
    this.#process.once('error', (error) => gone(error.message));
    this.#process.once('exit', (code, signal) => gone(signal ?? `exit code ${code}`));
  }

  get #running() {
    return this.#process.pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Ends the program, and what it started and left behind. */
  async end() {
    this.#ending = true;
    if (this.#running) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      const killer = setTimeout(() => this.#process.kill('SIGKILL'), GRACE_MS);
      await ended;
      clearTimeout(killer);
    }
    await this.#emptyGroup();
  }

  /** A program that ended does not wait for what it told to end. */
  async #emptyGroup() {
    const deadline = Date.now() + GROUP_GRACE_MS;
    try {
      while (Date.now() < deadline) {
        process.kill(-this.#process.pid, 'SIGKILL');
        await sleep(10);
      }
    } catch {
      // Nobody is left in the group to be killed.
    }
  }
}

function print(from, to, label) {
  createInterface({ input: from }).on('line', (line) => to.write(`${label} | ${line}\n`));
}

/** Resolves when this process was asked to end, in whichever way. */
export function askedToEnd() {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, resolve);
    whenMakeIsEnding(resolve);
  });
}

/**
 * Looks after the `make` that runs this process, if one does and Linux tells about it.
 *
 * A make that is killed says nothing to what it runs. Nor does one that is interrupted by a signal to it alone: it takes
 * the signal to come from a terminal, which would have told everyone, and waits inside its handler for its children to
 * end. That shows as SIGINT being blocked there.
 */
function whenMakeIsEnding(end) {
  const make = process.ppid;
  if (statusOf(make)?.isMake !== true) return;
  let looksInterrupted = 0;
  setInterval(() => {
    if (process.ppid !== make) end();
    // Twice, because make also blocks signals for a moment when it starts something.
    looksInterrupted = statusOf(make)?.blocksInterrupts ? looksInterrupted + 1 : 0;
    if (looksInterrupted === 2) end();
  }, MAKE_LOOK_MS).unref();
}

function statusOf(pid) {
  let status;
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return undefined;
  }
  const [, blocked] = /^SigBlk:\s*([0-9a-f]+)$/m.exec(status) ?? [, '0'];
  return {
    isMake: /^Name:\s*g?make$/m.test(status),
    blocksInterrupts: (BigInt(`0x${blocked}`) & (1n << BigInt(constants.signals.SIGINT - 1))) !== 0n,
  };
}
