// The two relays of relay/ in one nginx, with stand-ins around them so that all of their own TLS is used:
//
//   Worker ─http▶ door ─TLS▶ outbound relay ─TLS▶ "api.weixin.qq.com" ─http▶ simulator
//   simulator ─http▶ door ─TLS▶ inbound relay ─TLS▶ "desk.example.com" ─http▶ Worker
//
// The files are taken as they are but for ports, paths and the two addresses behind them; each replacement must find what it replaces.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { inCheckout } from '../../lib/checkout.mjs';
import { Refusal } from '../../lib/refusal.mjs';
import { freePort, HOST } from '../../lib/ports.mjs';

const NAMES = ['relay.example.com', 'wechat.example.com', 'desk.example.com', 'api.weixin.qq.com'];

/** Where Debian has it, which is not in everybody's PATH. */
const NGINX = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'].find(existsSync) ?? 'nginx';

export class Relays {
  /** Ports of all that listens, and the folder of logs and keys. */
  static async start({ simulatorPort, workerPort, relayToken }) {
    const relays = new Relays();
    relays.folder = mkdtempSync(join(tmpdir(), 'fandesk-relay-'));
    const ports = { simulator: simulatorPort, worker: workerPort };
    for (const name of ['outboundDoor', 'outbound', 'weixin', 'inboundDoor', 'inbound', 'desk']) {
      ports[name] = await freePort();
    }
    relays.ports = ports;
    relays.#write(relayToken);
    relays.nginx = spawn(
      NGINX,
      ['-c', relays.path('nginx.conf'), '-p', relays.folder, '-e', relays.path('error.log')],
      {
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    relays.ended = once(relays.nginx, 'exit').catch((error) => {
      throw error.code === 'ENOENT' ? new Refusal(`nginx is not installed: ${HOW}`) : error;
    });
    await Promise.race([relays.#untilListening(), relays.ended.then(() => Promise.reject(relays.#failure()))]);
    return relays;
  }

  path(name) {
    return join(this.folder, name);
  }

  /** Where the Worker finds the outbound relay, and the simulator the inbound one. */
  get outbound() {
    return `http://${HOST}:${this.ports.outboundDoor}`;
  }

  get inbound() {
    return `http://${HOST}:${this.ports.inboundDoor}`;
  }

  /** Everything that was logged, by the relays and by nginx itself. */
  logs() {
    const read = (name) => (existsSync(this.path(name)) ? readFileSync(this.path(name), 'utf8') : '');
    return { outbound: read('outbound.log'), inbound: read('inbound.log'), error: read('error.log') };
  }

  /** The logs, as soon as `enough` says so of them: nginx writes a line when all is over, which may be after its answer has arrived. */
  async logsOnce(enough) {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const logs = this.logs();
      if (enough(logs) || Date.now() > deadline) return logs;
      await sleep(50);
    }
  }

  async stop() {
    this.nginx.kill('SIGTERM');
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  #failure() {
    return new Refusal(`nginx ended by itself:\n${this.logs().error}`);
  }

  async #untilListening() {
    for (;;) {
      const socket = createConnection(this.ports.desk, HOST);
      const [event] = await Promise.race(
        ['connect', 'error'].map((name) =>
          once(socket, name).then(
            () => [name],
            () => ['error'],
          ),
        ),
      );
      socket.destroy();
      if (event === 'connect') return;
      await sleep(50);
    }
  }

  #write(relayToken) {
    makeCertificates(this.folder);
    mkdirSync(this.path('temp'));
    const { ports } = this;
    writeFileSync(this.path('relay-token'), `"Bearer ${relayToken}" 1;\n`);
    const certificates = {
      '/etc/ssl/certs/ca-certificates.crt': this.path('ca.pem'),
      'listen 443 ssl;': undefined,
    };
    const outbound = replaced('outbound.nginx.conf', {
      ...certificates,
      'listen 443 ssl;': `listen ${HOST}:${ports.outbound} ssl;`,
      '/etc/letsencrypt/live/relay.example.com/fullchain.pem': this.path('cert.pem'),
      '/etc/letsencrypt/live/relay.example.com/privkey.pem': this.path('key.pem'),
      '/etc/nginx/fandesk-relay-token': this.path('relay-token'),
      '/var/log/nginx/fandesk-outbound.log': this.path('outbound.log'),
      'set $wechat api.weixin.qq.com:443;': `set $wechat ${HOST}:${ports.weixin};`,
    });
    const inbound = replaced('inbound.nginx.conf', {
      ...certificates,
      'listen 443 ssl;': `listen ${HOST}:${ports.inbound} ssl;`,
      '/etc/letsencrypt/live/wechat.example.com/fullchain.pem': this.path('cert.pem'),
      '/etc/letsencrypt/live/wechat.example.com/privkey.pem': this.path('key.pem'),
      '/var/log/nginx/fandesk-inbound.log': this.path('inbound.log'),
      'server desk.example.com:443': `server ${HOST}:${ports.desk}`,
    });
    const door = (port, name, behind) => `
      server {
        listen ${HOST}:${port};
        access_log off;
        error_log /dev/null emerg;
        client_max_body_size 20m;
        location / {
          proxy_pass https://${HOST}:${behind};
          proxy_http_version 1.1;
          proxy_set_header Host ${name};
          proxy_ssl_server_name on;
          proxy_ssl_name ${name};
          proxy_ssl_verify on;
          proxy_ssl_trusted_certificate ${this.path('ca.pem')};
        }
      }`;
    // Refuses another name than its own, in TLS and in HTTP: the relay must say whom it wants.
    const standIn = (port, name, behind) => `
      server {
        listen ${HOST}:${port} ssl;
        server_name ${name};
        ssl_certificate ${this.path('cert.pem')};
        ssl_certificate_key ${this.path('key.pem')};
        access_log off;
        error_log /dev/null emerg;
        client_max_body_size 20m;
        location / {
          if ($ssl_server_name != ${name}) { return 421; }
          if ($host != ${name}) { return 421; }
          proxy_pass http://${HOST}:${behind};
          proxy_http_version 1.1;
          proxy_set_header Host ${HOST}:${behind};
        }
      }`;
    writeFileSync(
      this.path('nginx.conf'),
      `daemon off; master_process off; pid ${this.path('pid')}; error_log ${this.path('error.log')} info;
      events { worker_connections 256; }
      http {
        ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((of) => `${of}_temp_path ${this.path('temp')}/${of};`).join(' ')}
        ${outbound}
        ${inbound}
        ${door(ports.outboundDoor, 'relay.example.com', ports.outbound)}
        ${door(ports.inboundDoor, 'wechat.example.com', ports.inbound)}
        ${standIn(ports.weixin, 'api.weixin.qq.com', ports.simulator)}
        ${standIn(ports.desk, 'desk.example.com', ports.worker)}
      }\n`,
    );
  }
}

const HOW = "install it with 'apt-get install nginx' (the service it starts is not needed), or 'brew install nginx'";

/** Says plainly what is missing, before anything is started. */
export function wantInstalled() {
  for (const [program, args] of [
    [NGINX, ['-v']],
    ['openssl', ['version']],
  ]) {
    try {
      execFileSync(program, args, { stdio: 'ignore' });
    } catch {
      throw new Refusal(`the test of the relays wants ${program}: ${HOW}`);
    }
  }
}

function replaced(file, replacements) {
  let text = readFileSync(inCheckout('relay', file), 'utf8');
  for (const [from, to] of Object.entries(replacements)) {
    if (!text.includes(from)) throw new Refusal(`relay/${file} has no \`${from}\` any more: change this test with it`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** An authority of this test's own, and one certificate for all names. */
function makeCertificates(folder) {
  const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const subject = (name) => ['-subj', `/CN=${name}`];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca-key.pem', '-out', 'ca.pem', '-days', '2', ...subject('a test'));
  openssl('req', ...key, '-keyout', 'key.pem', '-out', 'request.pem', ...subject(NAMES[0]));
  writeFileSync(join(folder, 'names'), `subjectAltName=${NAMES.map((name) => `DNS:${name}`).join(',')}\n`);
  openssl(
    ...['x509', '-req', '-in', 'request.pem', '-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial'],
    ...['-out', 'cert.pem', '-days', '2', '-extfile', 'names'],
  );
}
