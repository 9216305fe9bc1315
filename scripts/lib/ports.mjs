// Ports of this machine's loopback address, the only one that a local run listens on.

import { createServer } from 'node:net';

import { Refusal } from './refusal.mjs';

export const HOST = '127.0.0.1';

/** The port that `name` asks for in the environment, whoever has it; 0 asks for any free one. */
export function portOf(name, fallback) {
  const text = process.env[name] || String(fallback);
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Refusal(`${name}=${text} is not a port`);
  return port;
}

/** The same, which must be free. */
export const choosePort = async (name, fallback) => listenOnce(portOf(name, fallback), name);

/** Any free port. Another program may take it before it is used: the one who asked then finds it taken. */
export const freePort = () => listenOnce(0);

function listenOnce(port, name) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      const why = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${error.code})`;
      reject(new Refusal(`port ${port} of ${HOST} ${why}: set ${name} to another one`));
    });
    server.listen({ port, host: HOST, exclusive: true }, () => {
      const chosen = server.address().port;
      server.close(() => resolve(chosen));
    });
  });
}
