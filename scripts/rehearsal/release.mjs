// An earlier release, built once from this repository's own history into the user's cache.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { inCheckout, ROOT } from '../lib/checkout.mjs';
import { Refusal } from '../lib/refusal.mjs';
import { readConfig } from '../lib/worker.mjs';

const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'fandesk', 'releases');

const git = (...args) =>
  execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** Releases to rehearse with, oldest first. */
export function releases() {
  const lines = readFileSync(inCheckout('scripts/rehearsal/releases'), 'utf8').split('\n');
  return lines
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [commit, way] = line.trim().split(/\s+/);
      return { commit, canStepBack: way === 'back' };
    });
}

/** The Worker of this checkout, as `make build` left it. */
export const present = () => ({ name: 'the present one', config: readConfig() });

/** The Worker of a commit, with its own wrangler.toml and migrations, as this checkout's launchers take it. */
export function release({ commit, canStepBack }) {
  let full;
  try {
    full = git('rev-parse', '--verify', `${commit}^{commit}`);
    git('merge-base', '--is-ancestor', full, 'HEAD');
  } catch {
    throw new Refusal(
      `${commit} is no commit before this one; a checkout without history needs 'git fetch --unshallow'`,
    );
  }
  const folder = join(CACHE, full.slice(0, 12));
  if (!existsSync(folder)) build(full, folder);
  const config = readConfig(join(folder, 'wrangler.toml'));
  const below = (path) => relative(ROOT, join(folder, path));
  return {
    name: full.slice(0, 12),
    canStepBack,
    config: {
      ...config,
      main: below(config.main),
      assets: undefined,
      d1_databases: config.d1_databases.map((database) => ({
        ...database,
        migrations_dir: below(database.migrations_dir),
      })),
    },
  };
}

/**
 * In a worktree that is gone afterwards. Cargo has a folder of its own for it: in this checkout's it would take what it compiles here for newer than the
 * sources of this one.
 */
function build(commit, folder) {
  process.stdout.write(`building ${commit.slice(0, 12)} (some minutes, once)\n`);
  const worktree = mkdtempSync(join(tmpdir(), 'fandesk-release-'));
  try {
    git('worktree', 'add', '--detach', worktree, commit);
    symlinkSync(inCheckout('node_modules'), join(worktree, 'node_modules'));
    execFileSync('make', ['build'], {
      cwd: worktree,
      env: { ...process.env, CARGO_TARGET_DIR: join(CACHE, 'target'), MAKEFLAGS: '' },
      stdio: 'inherit',
    });
    mkdirSync(CACHE, { recursive: true });
    const made = mkdtempSync(join(CACHE, '.made-'));
    for (const part of ['build', 'migrations', 'wrangler.toml']) {
      cpSync(join(worktree, part), join(made, part), { recursive: true });
    }
    renameSync(made, folder);
  } finally {
    git('worktree', 'remove', '--force', worktree);
    rmSync(worktree, { recursive: true, force: true });
  }
}
