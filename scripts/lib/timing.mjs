// One HTTP request with the time of each of its phases, and what its failures mean.

import http from 'node:http';
import https from 'node:https';

/** WeChat cuts a callback off after this time. */
export const WECHAT_WAITS_MS = 5_000;

/**
 * Asks once. `agent` keeps a connection; without one a new one is made. The phases are in milliseconds: `dns`, `connect` and `tls` are missing where
 * there was nothing to do.
 */
export function timed(url, { method = 'GET', body, agent, ca } = {}) {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const at = {};
    const note = (name) => () => (at[name] ??= performance.now());
    const outgoing = request(url, {
      method,
      agent: agent ?? false,
      ca,
      signal: AbortSignal.timeout(2 * WECHAT_WAITS_MS),
    });
    outgoing.once('socket', (socket) => {
      if (!socket.connecting) return;
      socket.once('lookup', note('lookup'));
      socket.once('connect', note('connect'));
      socket.once('secureConnect', note('secure'));
    });
    outgoing.once('error', reject);
    outgoing.once('response', async (response) => {
      const firstByte = performance.now();
      const chunks = [];
      try {
        for await (const chunk of response) chunks.push(chunk);
      } catch (error) {
        return reject(error);
      }
      const ready = at.secure ?? at.connect ?? began;
      resolve({
        status: response.statusCode,
        headers: response.headers,
        text: Buffer.concat(chunks).toString(),
        ms: {
          dns: at.lookup && at.lookup - began,
          connect: at.connect && at.connect - (at.lookup ?? began),
          tls: at.secure && at.secure - at.connect,
          'first byte': firstByte - ready,
          whole: performance.now() - began,
        },
      });
    });
    outgoing.end(body);
  });
}

/** A failure to connect, in words for whoever set the domain up. */
export function inWords(error, { hostname, port }) {
  const code = error.code ?? error.cause?.code ?? error.name;
  const where = port ? `${hostname}:${port}` : hostname;
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name ${hostname} is not known here: is the domain attached to the Worker, and has its DNS record arrived?`;
    case 'ECONNREFUSED':
      return `${where} refuses the connection: nothing listens there`;
    case 'TimeoutError':
    case 'ABORT_ERR':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `${where} does not answer within ${(2 * WECHAT_WAITS_MS) / 1000} s from here: a firewall, or a route that is cut (*.workers.dev from mainland China is)`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `${where} ended the connection in the middle: a firewall that dislikes the name, or a proxy that expects something else`;
    case 'CERT_HAS_EXPIRED':
      return `the certificate of ${hostname} has expired`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the certificate at ${where} is for another name: the domain leads to another server, or its certificate is not made yet`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return `the certificate of ${hostname} is not from an authority that is known, or its chain is incomplete; WeChat refuses such a one`;
    case 'EPROTO':
      return `${where} does not speak TLS as expected: is it http instead of https, or a port of something else?`;
    default:
      return `${where}: ${error.message}`;
  }
}
