// The desk's API over what is in memory: `answer` gives a status and a body.

import { PASSWORD } from './state.mjs';
import { refusal } from './server.mjs';

const ok = (body) => ({ status: 200, body });
const done = { status: 204, body: null };
const no = (status, code, message, field) => ({ status, body: refusal(code, message, field) });

/** What one may do with a conversation where it stands; what it changes. */
const DEEDS = {
  take: (one, who) =>
    one.agent === null && { state: 'assigned', agent: who.id, agent_name: who.name, assigned_at: Date.now() },
  release: (one) =>
    one.agent !== null && { state: 'waiting', agent: null, agent_name: null, waiting_since: Date.now() },
  hold: (one) => one.state === 'assigned' && { state: 'on_hold' },
  resume: (one) => one.state === 'on_hold' && { state: 'assigned' },
  resolve: (one) =>
    !['resolved', 'closed'].includes(one.state) && { state: 'resolved', resolved_at: Date.now(), deadlines: [] },
};

export function answer(mock, request) {
  const { method, path, person } = request;
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  switch (parts[0]) {
    case 'session':
      return session(mock, request);
    case 'invitations':
      return invitation(request, parts[1]);
    case 'me':
      return me(mock, request, parts);
    case 'desk':
      return desk(mock, request, parts);
    case 'teams':
      return ok({ items: mock.desk.teams, next: null });
    case 'jobs':
      return replay(mock, parts[1]);
    case 'conversations':
      if (person.role === 'analyst') return no(403, 'forbidden', 'analysts read no conversations');
      if (parts[1] === 'bulk') return bulk(mock, request);
      return parts.length === 1 ? list(mock, request) : conversation(mock, request, parts);
    default:
      return no(404, 'not_found', `${method} ${path} is nothing here`);
  }
}

function session(mock, { method, body, person }) {
  if (method === 'DELETE') {
    mock.sessions.clear();
    return { ...done, cookie: '' };
  }
  if (method === 'GET') return person === null ? no(401, 'unauthorized', '请登录。') : ok(sessionOf(mock, person));
  const found = [...mock.desk.people.values()].find(({ login }) => login === body.login);
  if (body.login === 'locked') return no(429, 'locked_out', 'too many attempts');
  if (found === undefined || body.password !== PASSWORD) return no(401, 'unauthorized', 'login or password is wrong');
  if (found.totp && body.code !== '123456') return no(401, 'code_needed', 'a code is needed');
  const token = `t${mock.next++}`;
  mock.sessions.set(token, found.id);
  return { ...ok(sessionOf(mock, found)), cookie: token };
}

function sessionOf(mock, person) {
  return { person, csrf: mock.csrf, expires_at: Date.now() + 12 * 3_600_000, account: 'main' };
}

function invitation({ method, body }, token) {
  if (token !== 'GOOD') return no(404, 'not_found', 'no such invitation');
  if (method === 'GET') return ok({ login: 'dong', name: '董新' });
  return body.password.length < 10 ? no(422, 'invalid', 'password: at least 10 characters', 'password') : done;
}

function me(mock, { method, body, person }, [, what, id]) {
  if (what === 'preferences') {
    if (method === 'PUT') mock.preferences.set(person.id, body);
    return ok(mock.preferences.get(person.id) ?? {});
  }
  if (what === 'sessions') {
    if (method === 'DELETE') return done;
    const now = Date.now();
    return ok({
      items: [
        {
          id: 's1',
          agent: 'Chrome',
          created_at: now - 3_600_000,
          last_seen_at: now,
          expires_at: now + 1e7,
          current: true,
        },
        {
          id: 's2',
          agent: 'Firefox',
          created_at: now - 9e7,
          last_seen_at: now - 8e7,
          expires_at: now + 1e7,
          current: false,
        },
      ],
      next: null,
    });
  }
  if (what === 'password') return body.old === PASSWORD ? done : no(422, 'invalid', '现在的密码不对。', 'old');
  if (what === 'totp' && method === 'POST')
    return ok({ secret: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/fandesk:alice?secret=JBSWY3DPEHPK3PXP' });
  if (what === 'totp') {
    person.totp = method === 'PUT';
    return done;
  }
  return no(404, 'not_found', `no ${what} ${id ?? ''}`);
}

function desk(mock, { method, body, person }, parts) {
  if (parts[1] === 'me' && method === 'PUT') {
    if (body.status === 'away') mock.away.add(person.id);
    else mock.away.delete(person.id);
    return ok(mock.tellAgent(person.id));
  }
  const now = Date.now();
  const all = [...mock.desk.conversations.values()].filter(({ state }) => !['resolved', 'closed'].includes(state));
  const teams = mock.desk.teams.map(({ id, name }) => {
    const own = all.filter(({ team }) => team === id);
    const waiting = own.filter(({ agent }) => agent === null);
    const running = own.map(({ deadlines }) => deadlines.filter(({ paused }) => !paused));
    return {
      id,
      name,
      waiting: waiting.length,
      oldest_wait_ms: waiting.length === 0 ? null : now - Math.min(...waiting.map(({ opened_at }) => opened_at)),
      predicted_wait_ms: waiting.length === 0 ? null : 240_000,
      assigned: own.filter(({ state }) => state === 'assigned').length,
      on_hold: own.filter(({ state }) => state === 'on_hold').length,
      breached: running.filter((one) => one.some(({ due_at }) => due_at <= now)).length,
      warned: running.filter((one) => one.some(({ warn_at, due_at }) => warn_at <= now && due_at > now)).length,
    };
  });
  const agents = [...mock.desk.people.values()].filter(({ role }) => role === 'agent' || role === 'supervisor');
  return ok({ teams, agents: agents.map(mock.agent), n: mock.feed.n });
}

function replay(mock, id) {
  for (const [conversation, thread] of mock.desk.threads) {
    const found = thread.find(({ job }) => job?.id === id);
    if (found === undefined) continue;
    mock.add(conversation, { ...found, job: { ...found.job, state: 'done', last_error: null } });
    return { status: 202, body: found.job };
  }
  return no(404, 'not_found', 'no such job');
}

function list(mock, { query, person }) {
  const wanted = Object.fromEntries(query);
  const mine = { me: person.id, none: null };
  const items = [...mock.desk.conversations.values()].filter(
    (one) =>
      person.teams.includes(one.team) &&
      (wanted.state === undefined || one.state === wanted.state) &&
      (wanted.team === undefined || one.team === wanted.team) &&
      (wanted.agent === undefined || one.agent === (wanted.agent in mine ? mine[wanted.agent] : wanted.agent)) &&
      (wanted.q === undefined || mock.desk.threads.get(one.id).some(({ text }) => text?.includes(wanted.q))),
  );
  return ok({ items, next: null });
}

function conversation(mock, request, [, id, what]) {
  const { method, body, person } = request;
  const one = mock.desk.conversations.get(id);
  if (one === undefined) return no(404, 'not_found', `没有会话 ${id}。`);
  if (!person.teams.includes(one.team)) return no(403, 'forbidden', '这是别的团队的会话。');
  if (what === undefined) return ok(one);
  if (what in DEEDS) return deed(mock, one, what, person);
  const raised = { epoch: one.epoch + 1 };
  switch (what) {
    case 'thread':
      return thread(mock.desk.threads.get(id), request.query);
    case 'context':
      return ok(context(mock, one));
    case 'assign': {
      const agent = mock.desk.people.get(body.agent);
      return ok(
        mock.change(id, { ...raised, state: 'assigned', agent: agent.id, agent_name: agent.name, waiting_since: null }),
      );
    }
    case 'transfer':
      return ok(mock.change(id, { ...raised, state: 'waiting', team: body.team, agent: null, agent_name: null }));
    case 'messages':
      return message(mock, one, body, person);
    case 'notes':
      return { status: 201, body: note(mock, id, body.text, person) };
    case 'tags':
      return ok(mock.change(id, { tags: body.tags }));
    case 'draft':
      if (method === 'PUT') mock.drafts.set(id, { text: body.text, by: person.id, at: Date.now() });
      if (method === 'DELETE') mock.drafts.delete(id);
      return method === 'DELETE' ? done : ok(mock.drafts.get(id) ?? { text: null, by: null, at: null });
    default:
      return no(404, 'not_found', `no ${what}`);
  }
}

function deed(mock, one, what, person) {
  const part = DEEDS[what](one, person);
  if (part === false) {
    return no(409, 'conflict', one.agent_name === null ? '现在不能这样做。' : `${one.agent_name} 已经接入了这个会话。`);
  }
  return ok(mock.change(one.id, { ...part, epoch: one.epoch + 1, position: null }));
}

function bulk(mock, { body, person }) {
  const failed = [];
  const succeeded = body.ids.filter((id) => {
    const one = mock.desk.conversations.get(id);
    const result =
      body.action in DEEDS
        ? deed(mock, one, body.action, person)
        : ok(mock.change(id, body.action === 'tag' ? { tags: [...one.tags, ...body.tags] } : {}));
    if (result.status !== 200) failed.push({ id, ...result.body.error });
    return result.status === 200;
  });
  return ok({ done: succeeded, failed });
}

function message(mock, one, { text, client_id, seen }, person) {
  const known = mock.sent.get(client_id);
  if (known !== undefined) return { status: 202, body: { id: known.job.id, entry: known } };
  if (one.agent !== person.id) return no(409, 'not_yours', '先接入，再回复。');
  if (one.window.until === null || one.window.left <= 0) return no(409, 'window', '微信不允许再发，请等粉丝再来消息。');
  const all = mock.desk.threads.get(one.id);
  const since = all.slice(all.findIndex(({ id }) => id === seen) + 1);
  if (since.some(({ from, agent, kind }) => from === 'agent' && kind !== 'note' && agent.id !== person.id)) {
    return no(409, 'answered', '刚刚有同事回复了。');
  }
  const said = mock.agentSays(one.id, person, text);
  mock.sent.set(client_id, said);
  return { status: 202, body: { id: said.job.id, entry: said } };
}

function note(mock, id, text, person) {
  const agent = { id: person.id, name: person.name };
  return mock.add(id, {
    id: `3.${mock.next++}`,
    at: Date.now(),
    from: 'agent',
    agent,
    kind: 'note',
    text,
    payload: null,
    reply: null,
    job: null,
  });
}

function thread(all, query) {
  const limit = Number(query.get('limit') ?? 100);
  const end = query.has('before') ? all.findIndex(({ id }) => id === query.get('before')) : all.length;
  const start = Math.max(0, end - limit);
  return ok({ items: all.slice(start, end), next: start === 0 ? null : all[start].id });
}

function context(mock, one) {
  const seen = mock.desk.threads.get(one.id);
  const cases = [...mock.desk.conversations.values()].filter(({ state }) => state === 'resolved');
  return {
    fan: {
      openid: one.openid,
      followed: true,
      follows: [{ started_at: seen[0].at, ended_at: null, scene: 'counter-1' }],
      pushes_stopped: false,
      tags: one.fan_tags,
      waiting_since: one.waiting_since,
      bound: false,
      bound_at: null,
      first_seen_at: seen[0].at,
      last_seen_at: one.last_fan_at,
      reply_window: one.window,
      erase_at: null,
    },
    cases: cases.filter(({ id }) => id !== one.id).slice(0, 3),
    notes: seen.filter(({ kind }) => kind === 'note').reverse(),
    orders: [],
  };
}
