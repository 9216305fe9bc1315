// Peer (d): wechatpy under its two usual servers, a process for each of two cores.

import { join } from 'node:path';

import { inCheckout } from '../../scripts/lib/checkout.mjs';
import { HOST } from '../../scripts/lib/ports.mjs';
import { execute, installed } from '../lib/installed.mjs';
import { program } from './program.mjs';

const SOURCE = inCheckout('bench/peers/wechatpy');
const REQUIREMENTS = join(SOURCE, 'requirements.txt');
const PROCESSES = '2';

/** The interpreter of a virtual environment with wechatpy. */
function python() {
  const folder = installed('wechatpy', [REQUIREMENTS], execute('python3', ['--version']), (folder) => {
    execute('python3', ['-m', 'venv', folder]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', REQUIREMENTS];
    execute(join(folder, 'bin/python'), pip);
  });
  return join(folder, 'bin/python');
}

// Called as modules: the scripts of an environment that was moved name the folder in which it was made.
const ENV = { PYTHONPATH: SOURCE, PYTHONDONTWRITEBYTECODE: '1' };

export const gunicorn = program('gunicorn', 'wechatpy, gunicorn', (port) => ({
  command: python(),
  args: [
    ...['-m', 'gunicorn', 'wsgi:application', '--bind', `${HOST}:${port}`, '--log-level', 'error'],
    ...['--workers', PROCESSES, '--worker-class', 'gthread', '--threads', '4', '--keep-alive', '60'],
  ],
  env: ENV,
}));

export const uvicorn = program('uvicorn', 'wechatpy, uvicorn', (port) => ({
  command: python(),
  args: [
    ...['-m', 'uvicorn', 'asgi:application', '--host', HOST, '--port', String(port), '--workers', PROCESSES],
    ...['--loop', 'uvloop', '--http', 'httptools', '--lifespan', 'off', '--log-level', 'error', '--no-access-log'],
  ],
  env: ENV,
}));
