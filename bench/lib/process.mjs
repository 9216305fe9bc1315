// Servers that are measured: started so that none outlives this process, ended with all that they started, and looked at
// through Linux's /proc meanwhile.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { inCheckout } from '../../scripts/lib/checkout.mjs';
import { forget, remember } from './leftovers.mjs';

const KEEPER = inCheckout('scripts/keeper.sh');

/** USER_HZ, which Linux has not changed for any architecture in use. */
const TICKS_A_SECOND = 100;

/** How long the rest of a group may take to die. */
const GROUP_GRACE_MS = 5_000;

export class Server {
  #process;
  #exited;

  /** `options` are those of `spawn`. What the server prints goes to standard error, unless they say otherwise. */
  constructor(command, args, options = {}) {
    // A group of its own, so that an interrupt from the terminal leaves the order of things to us.
    const stdio = ['ignore', 2, 2];
    this.#process = spawn(KEEPER, [command, ...args], { stdio, detached: true, ...options });
    this.#exited = once(this.#process, 'exit').then(([code, signal]) => signal ?? `exit code ${code}`);
    this.#exited.catch(() => {});
    remember(this, () => this.#killGroup());
  }

  get pid() {
    return this.#process.pid;
  }

  /** A stream that `options.stdio` asked for. */
  stream(descriptor) {
    return this.#process.stdio[descriptor];
  }

  /** How it ended, once it has. */
  get exited() {
    return this.#exited;
  }

  /** Stops it where it is: it answers nothing and forgets nothing. */
  freeze() {
    process.kill(this.pid, 'SIGSTOP');
  }

  /** Kills it and whatever it started. Nothing that a measured server keeps is wanted afterwards. */
  async end() {
    const deadline = Date.now() + GROUP_GRACE_MS;
    while (this.#killGroup() && Date.now() < deadline) await sleep(5);
    await this.#exited;
    forget(this);
  }

  /** Whether there was still somebody to kill. */
  #killGroup() {
    try {
      process.kill(-this.pid, 'SIGKILL');
      return true;
    } catch {
      return false;
    }
  }

  /** Seconds of CPU, its own and the kernel's for it, of the server and all that it started. */
  cpuSeconds() {
    return sum(tree(this.pid), (pid) => {
      // The name before it, in parentheses, may hold anything.
      const fields = lastOf(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')).split(' ');
      const [user, system] = [fields[11], fields[12]].map(Number);
      return (user + system) / TICKS_A_SECOND;
    });
  }

  /** Peak memory in MiB of the server and all that it started, since `forgetPeak`. */
  peakMiB() {
    return sum(tree(this.pid), (pid) => memoryMiB(pid, 'VmHWM'));
  }

  /** What they have in memory now, in MiB. */
  residentMiB() {
    return sum(tree(this.pid), (pid) => memoryMiB(pid, 'VmRSS'));
  }

  forgetPeak() {
    for (const pid of tree(this.pid)) writeFileSync(`/proc/${pid}/clear_refs`, '5');
  }
}

const sum = (items, valueOf) => items.reduce((total, item) => total + valueOf(item), 0);
const lastOf = (items) => items[items.length - 1];

function memoryMiB(pid, name) {
  const [, kib] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kib) / 1024;
}

/** The process and its descendants. */
function tree(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return [pid, ...children.flatMap((child) => tree(Number(child)))];
}
