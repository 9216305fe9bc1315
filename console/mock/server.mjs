// A made-up Worker for the console's browser tests: the console's files under the policy that the Worker sends, and the desk's API
// over a morning that is in memory. What it decides is as little as the console needs; the truth is tested against the Worker.

import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';

import { answer } from './api.mjs';
import { Feed } from './feed.mjs';
import { entry, makeDesk } from './state.mjs';

const PUBLIC = join(import.meta.dirname, '../../build/public');
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** As the Worker sends it with the console (src/answer.rs). */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob: https://mmbiz.qpic.cn https://thirdwx.qlogo.cn",
  "font-src 'self'",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Starts it on a free port of this machine. `now` is the moment of the morning. */
export async function startMock({ now = Date.now(), port = 0 } = {}) {
  const desk = makeDesk(now);
  const feed = new Feed();
  const mock = {
    desk,
    feed,
    sessions: new Map(),
    drafts: new Map(),
    preferences: new Map(),
    sent: new Map(),
    away: new Set(),
    /** What the next requests of a path are answered with instead: `{path, status, code, message, times}`, status 0 for no answer. */
    faults: [],
    requests: [],
    next: 100_000,
    csrf: 'csrf-token',
  };
  Object.assign(mock, deeds(mock));

  const server = createServer((request, response) => {
    serve(mock, request, response).catch((error) => {
      process.stderr.write(`${error.stack}\n`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.on('upgrade', (request, socket, head) => {
    const person = whoIs(mock, request);
    if (person === null) return socket.destroy();
    const after = new URL(request.url, 'http://x').searchParams.get('after');
    feed.accept(request, socket, head, person, after === null ? null : Number(after), mock.hear, () =>
      mock.tellAgent(person.id),
    );
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  mock.url = `http://127.0.0.1:${server.address().port}`;
  mock.end = () => {
    feed.drop();
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return mock;
}

/** What happens at the desk, by the name that tests call it. */
function deeds(mock) {
  const { desk, feed } = mock;
  return {
    /** Changes a conversation and tells everyone. */
    change(id, part) {
      const conversation = { ...desk.conversations.get(id), ...part };
      desk.conversations.set(id, conversation);
      feed.tell({ type: 'conversation', conversation });
      return conversation;
    },
    add(id, one) {
      const thread = desk.threads.get(id);
      const at = thread.findIndex((known) => known.id === one.id);
      if (at === -1) thread.push(one);
      else thread[at] = one;
      feed.tell({ type: 'entry', conversation: id, entry: one });
      return one;
    },
    fanSays(id, text) {
      const now = Date.now();
      const said = mock.add(id, entry(`3.${mock.next++}`, now, 'fan', text));
      const { unread } = desk.conversations.get(id);
      mock.change(id, {
        preview: text,
        last_from: 'fan',
        last_fan_at: now,
        unread: unread + 1,
        window: { until: now + 48 * 3_600_000, left: 5 },
      });
      return said;
    },
    /** A message of an agent. What WeChat made of it comes after. */
    agentSays(id, person, text) {
      const now = Date.now();
      const name = `3.${mock.next++}`;
      const job = { id: `${name}/message`, state: 'sending', last_error: null };
      const said = mock.add(id, entry(name, now, 'agent', text, { agent: { id: person.id, name: person.name }, job }));
      const { window } = desk.conversations.get(id);
      mock.change(id, {
        preview: text,
        last_from: 'agent',
        last_answer_at: now,
        unread: 0,
        window: { ...window, left: window.left - 1 },
      });
      mock.drafts.delete(id);
      setTimeout(() => mock.add(id, { ...said, job: { ...job, state: 'done' } }), 60);
      return said;
    },
    agent({ id, name, capacity, teams }) {
      const load = [...desk.conversations.values()].filter(
        (one) => one.agent === id && one.state === 'assigned',
      ).length;
      const there = feed.isThere(id) || ['p-bo', 'p-sun'].includes(id);
      return { id, name, capacity, teams, load, status: there ? (mock.away.has(id) ? 'away' : 'online') : 'offline' };
    },
    tellAgent(id) {
      const agent = mock.agent(desk.people.get(id));
      feed.tell({ type: 'agent', agent });
      return agent;
    },
    hear(message, person) {
      if (message.type === 'typing') feed.whisper({ ...message, agent: person.id, name: person.name }, person.id);
    },
  };
}

async function serve(mock, request, response) {
  const url = new URL(request.url, mock.url);
  if (!url.pathname.startsWith('/api/v1/')) return file(url.pathname, response);
  let text = '';
  for await (const chunk of request) text += chunk;
  const path = url.pathname.slice('/api/v1'.length);
  mock.requests.push({ method: request.method, path, body: text });

  const fault = mock.faults.find(
    (one) => one.times > 0 && path.includes(one.path) && (one.method ?? request.method) === request.method,
  );
  if (fault) {
    fault.times -= 1;
    if (fault.status === 0) return request.socket.destroy();
    return json(response, fault.status, { error: { code: fault.code, message: fault.message } });
  }
  const person = whoIs(mock, request);
  const isOpen = path === '/session' || path.startsWith('/invitations/');
  if (person === null && !isOpen) return json(response, 401, refusal('unauthorized', '请登录。'));
  if (person !== null && request.method !== 'GET' && request.headers['x-csrf-token'] !== mock.csrf) {
    return json(response, 403, refusal('csrf', 'x-csrf-token is missing'));
  }
  const body = text === '' ? {} : JSON.parse(text);
  const {
    status,
    body: said,
    cookie,
  } = answer(mock, { method: request.method, path, query: url.searchParams, body, person });
  if (cookie !== undefined)
    response.setHeader('set-cookie', `fandesk_session=${cookie}; HttpOnly; SameSite=Strict; Path=/`);
  json(response, status, said);
}

function whoIs(mock, request) {
  const token = /fandesk_session=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
  return mock.desk.people.get(mock.sessions.get(token)) ?? null;
}

function file(path, response) {
  const name = path === '/' ? 'index.html' : normalize(path).replace(/^[/.]+/, '');
  const whole = join(PUBLIC, name);
  if (!existsSync(whole)) return json(response, 404, refusal('not_found', 'no such page'));
  response.writeHead(200, {
    'content-type': TYPES[extname(name)] ?? 'text/plain',
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  response.end(readFileSync(whole));
}

function json(response, status, body) {
  if (body === null || body === undefined) return response.writeHead(status).end();
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export function refusal(code, message, field) {
  return { error: { code, message, ...(field && { field }) } };
}

if (import.meta.filename === process.argv[1]) {
  const mock = await startMock({ port: Number(process.env.PORT ?? 8799) });
  process.stdout.write(`ready: ${mock.url}\n`);
}
