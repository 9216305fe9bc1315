// The pinned wrangler, run for commands about the deployment: never with a question of its own, and with its failures told in plain
// words. It is what talks to Cloudflare; CLOUDFLARE_API_BASE_URL leads it elsewhere.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { stripVTControlCharacters } from 'node:util';

import { ROOT } from './checkout.mjs';
import { Refusal } from './refusal.mjs';

const WRANGLER = createRequire(import.meta.url).resolve('wrangler');

/** How someone at a shell reaches the pinned wrangler and the Node that it wants. */
export const IN_PATH = 'PATH="$PWD/node_modules/.bin:$PATH"';

/** What a token must be allowed to do. */
export const RIGHTS =
  'Account → Workers Scripts: Edit, D1: Edit, Queues: Edit, Workers R2 Storage: Edit, Account Settings: Read; ' +
  'with a custom domain also Zone → Workers Routes: Edit';

/** The most that is kept of what a command prints, in characters. */
const KEPT = 200_000;

export class Wrangler {
  #config;
  #environment;

  /** `config` is a path of a wrangler.toml; without one it is that of the checkout. */
  constructor(config, environment = process.env) {
    this.#config = config === undefined ? [] : ['--config', config];
    // CI keeps it from asking.
    this.#environment = { ...environment, WRANGLER_SEND_METRICS: 'false', CI: '1' };
  }

  /** Runs a command with its output shown. */
  async run(args, environment = {}) {
    const { code, text } = await this.#start(args, { shown: true, environment });
    if (code !== 0) throw new Refusal(`wrangler ${named(args)} failed${hint(text)}`);
  }

  /** What a command prints. */
  async text(args) {
    const { code, text, out } = await this.#start(args, { shown: false });
    if (code !== 0) throw new Failed(args, text);
    return out;
  }

  /** What a command prints as JSON. */
  async json(args) {
    const out = await this.text(args);
    try {
      // Some commands put a remark before it.
      return JSON.parse(out.slice(Math.max(0, out.search(/^[[{]/m))));
    } catch {
      throw new Failed(args, `it printed no JSON: ${out.trim().slice(0, 200)}`);
    }
  }

  #start(args, { shown, environment }) {
    const child = spawn(process.execPath, ['--no-warnings', WRANGLER, ...args, ...this.#config], {
      cwd: ROOT,
      env: { ...this.#environment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [text, out] = ['', ''];
    const take = (from, to) => (raw) => {
      const chunk = stripVTControlCharacters(raw);
      text = (text + chunk).slice(-KEPT);
      if (from === child.stdout) out += chunk;
      if (shown) to.write(chunk);
    };
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from.setEncoding('utf8');
      from.on('data', take(from, to));
    }
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, text, out }));
    });
  }
}

/** A command that was run to find something out, and did not end well. */
export class Failed extends Refusal {
  constructor(args, text) {
    super(`wrangler ${named(args)} failed${hint(text) || `:\n${lastWords(text)}`}`);
    this.text = text;
  }

  /** Whether Cloudflare says that there is no such thing. */
  get isMissing() {
    return /not found|does not exist|\[code: (10007|10006|7404|11000|10090)\]/i.test(this.text);
  }
}

/** A command without its options. */
const named = (args) =>
  [...args, '-']
    .slice(
      0,
      [...args, '-'].findIndex((arg) => arg.startsWith('-')),
    )
    .join(' ');

/** What Cloudflare's codes mean for whoever deploys. */
function hint(text) {
  if (/\[code: (9109|10001|1000|6003|6111)\]|Invalid access token|Invalid API Token/i.test(text))
    return ': CLOUDFLARE_API_TOKEN is wrong or has expired; make one in the dashboard under My Profile → API Tokens';
  if (/\[code: 10000\]|Authentication error/i.test(text)) return `: the token may not do that; it needs ${RIGHTS}`;
  if (/\[code: 10042\]|enable R2/i.test(text))
    return ': R2 is not switched on in this Cloudflare account; do so in the dashboard under R2, and run it again';
  if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|fetch failed/i.test(text))
    return ': Cloudflare cannot be reached from here; look at the network or the proxy, and run it again';
  return '';
}

const lastWords = (text) =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '' && !/Logs were written|please open an issue/.test(line))
    .slice(-6)
    .join('\n');
