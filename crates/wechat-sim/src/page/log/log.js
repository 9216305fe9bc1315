// The log page: reads new lines as they come, shows those that the filter takes, opens one on demand.

/** How long the server may hold a reading open. */
const WAIT_MS = 20_000;
/** Lines on the page; the oldest leave first. */
const MOST_LINES = 500;

const log = {
  language: memory.get('sim.language') === 'en' ? 'en' : 'zh',
  filter: { fan: '', path: '', direction: '', errors: false },
  after: 0,
  live: true,
  offline: false,
  /** Counts up with the filter, so that an old reading is dropped. */
  reading: 0,
};
const words = () => LOG_WORDS[log.language];
const named = (names, key) => names[key]?.[log.language === 'zh' ? 0 : 1];
const pad = (number, digits = 2) => String(number).padStart(digits, '0');

function clockTime(at) {
  const date = new Date(at);
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => pad(part));
  return [`${hours}:${minutes}:${seconds}`, `.${pad(date.getMilliseconds(), 3)}`];
}

const shortOpenid = (openid) => (openid.length > 14 ? `${openid.slice(0, 6)}…${openid.slice(-4)}` : openid);

function took(ms) {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(2)} s`;
}

function titleOf(line) {
  if (line.direction === 'callback') return named(KIND_NAMES, line.kind) ?? line.kind;
  const name = named(INTERFACE_NAMES, line.path);
  const kind = line.kind === '' ? '' : ` · ${named(KIND_NAMES, line.kind) ?? line.kind}`;
  return name === undefined ? line.path.split('/').slice(-2).join('/') + kind : name + kind;
}

function resultOf(line) {
  if (line.direction === 'callback') return [words().verdicts[line.verdict], line.status ?? '—'];
  if (line.errcode !== null && line.errcode !== 0) return [String(line.errcode), line.status];
  return [line.errcode === 0 ? 'ok' : String(line.status), line.errcode === 0 ? line.status : ''];
}

const mood = (line) => (line.ok ? (line.verdict === 'nothing' ? 'calm' : 'good') : 'bad');

function drawLine(line) {
  const w = words();
  const [time, fraction] = clockTime(line.at);
  const [result, status] = resultOf(line);
  const out = line.direction === 'callback';
  const button = h(
    'button',
    { type: 'button', class: 'line', 'aria-expanded': 'false' },
    h('span', { class: 'when' }, time, h('small', {}, fraction)),
    h('span', { class: `arrow ${out ? 'out' : 'in'}`, 'aria-hidden': 'true' }, out ? '↑' : '↓'),
    h(
      'span',
      { class: 'what' },
      h('strong', {}, titleOf(line)),
      h('code', {}, out ? `${w.callback} ${line.kind}` : `${line.method} ${line.path}`),
    ),
    h('span', { class: 'who', title: line.openid ?? '' }, line.openid === null ? '' : shortOpenid(line.openid)),
    h(
      'span',
      { class: 'came' },
      h('span', { class: `badge ${mood(line)}` }, result),
      h('small', {}, [status, line.tries > 1 ? w.tries(line.tries) : ''].filter((part) => part !== '').join(' · ')),
    ),
    h('span', { class: line.elapsed_ms >= 1000 ? 'took slow' : 'took' }, took(line.elapsed_ms)),
    icon('open'),
  );
  const item = h('li', { class: line.ok ? 'entry' : 'entry failed' }, button);
  button.addEventListener('click', () => void toggle(item, button, line));
  return item;
}

async function toggle(item, button, line) {
  const opened = item.querySelector('.detail');
  if (opened) {
    opened.remove();
    button.setAttribute('aria-expanded', 'false');
    return;
  }
  button.setAttribute('aria-expanded', 'true');
  const detail = h('div', { class: 'detail' });
  item.append(detail);
  const response = await fetch(`/sim/exchanges/${line.seq}`).catch(() => null);
  if (response?.ok) detail.append(...drawDetail(await response.json()));
  else detail.append(h('p', { class: 'problem' }, response === null ? words().offline : words().gone));
}

/** One side of an exchange: heading with a button that copies, query, body. */
function pane(heading, part, query) {
  const w = words();
  const text = pretty(part.body);
  const copy = h('button', { type: 'button', class: 'pill small' }, w.copy);
  copy.addEventListener('click', () =>
    navigator.clipboard?.writeText(text).then(() => {
      copy.textContent = w.copied;
    }),
  );
  const body =
    text === ''
      ? h('p', { class: 'quiet-text' }, part.bytes === 0 ? w.empty : w.binary(part.content_type, part.bytes))
      : null;
  const cut = part.bytes > 32 * 1024 && text !== '' ? h('p', { class: 'quiet-text' }, w.cut(part.bytes)) : null;
  return h(
    'section',
    { class: 'pane' },
    h('h2', {}, heading, text === '' ? null : copy),
    query.length === 0
      ? null
      : h(
          'dl',
          { class: 'query' },
          query.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
        ),
    body ?? h('pre', { tabindex: '0' }, coloured(text)),
    cut,
  );
}

function drawDetail(exchange) {
  const w = words();
  const callback = exchange.direction === 'callback';
  const attempts = exchange.attempts.map((attempt, index) => {
    const parts = [attempt.status ?? w.noAnswer, took(attempt.elapsed_ms), attempt.problem];
    const text = parts.filter((part) => part !== undefined && part !== null).join(' · ');
    return h('li', { class: attempt.status === 200 ? '' : 'bad' }, w.attempt(index + 1, text));
  });
  const head = [
    exchange.problem ? h('p', { class: 'problem' }, exchange.problem) : null,
    attempts.length > 1 ? h('ol', { class: 'attempts' }, attempts) : null,
  ].filter((part) => part !== null);
  const { request, document: plain } = exchange;
  const asText = (body) => ({ body, bytes: new TextEncoder().encode(body).length, content_type: 'text/xml' });
  const panes = plain
    ? [pane(w.sent, asText(plain), request.query), pane(w.reply, exchange.answer, []), pane(w.encrypted, request, [])]
    : [pane(w.request, request, request.query), pane(callback ? w.reply : w.answer, exchange.answer, [])];
  return [...head, h('div', { class: 'panes' }, panes)];
}

function take(items) {
  const list = $('lines');
  for (const line of items) {
    list.prepend(drawLine(line));
    log.after = Math.max(log.after, line.seq);
  }
  while (list.childElementCount > MOST_LINES) list.lastElementChild.remove();
  drawNothing();
}

function drawNothing() {
  const w = words();
  const { fan, path, direction, errors } = log.filter;
  const filtered = fan !== '' || path !== '' || direction !== '' || errors;
  $('nothing').hidden = $('lines').childElementCount > 0;
  $('nothing').textContent = filtered ? w.nothingFits : w.nothing;
  $('line-head').hidden = !$('nothing').hidden;
}

async function read(reading) {
  let first = true;
  while (reading === log.reading && log.live) {
    try {
      const query = new URLSearchParams({
        ...log.filter,
        after: String(log.after),
        wait_ms: String(first ? 0 : WAIT_MS),
      });
      const response = await fetch(`/sim/exchanges?${query}`);
      if (!response.ok) throw new Error(String(response.status));
      const page = await response.json();
      if (reading !== log.reading) return;
      // A simulator that was started anew counts from one again.
      if (page.last < log.after) {
        $('lines').replaceChildren();
        log.after = 0;
      }
      take(page.items);
      first = false;
      setOffline(false);
    } catch {
      if (reading !== log.reading) return;
      setOffline(true);
      await new Promise((done) => setTimeout(done, 1500));
      first = true;
    }
  }
}

function setOffline(offline) {
  if (log.offline === offline) return;
  log.offline = offline;
  drawLive();
}

function drawLive() {
  const w = words();
  $('live-text').textContent = log.offline ? w.offline : log.live ? w.live : w.paused;
  $('live').classList.toggle('offline', log.offline);
  $('live').setAttribute('aria-pressed', String(log.live));
}

function begin() {
  log.reading += 1;
  log.after = 0;
  $('lines').replaceChildren();
  drawNothing();
  void read(log.reading);
}

/** The filter lives in the address, so that a reload and a link show the same. */
function filterChanged() {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(log.filter)) if (value) query.set(name, String(value));
  history.replaceState(null, '', query.size === 0 ? location.pathname : `?${query}`);
  drawDirections();
  begin();
}

function drawDirections() {
  const one = ([direction, label]) => {
    const chosen = log.filter.direction === direction;
    const button = h('button', { type: 'button', 'aria-pressed': String(chosen) }, label);
    button.addEventListener('click', () => {
      log.filter.direction = direction;
      filterChanged();
    });
    return button;
  };
  $('directions').setAttribute('aria-label', words().directionsLabel);
  $('directions').replaceChildren(...Object.entries(words().directions).map(one));
}

function redraw() {
  const w = words();
  document.documentElement.lang = log.language === 'zh' ? 'zh-CN' : 'en';
  document.title = log.language === 'zh' ? '往来日志 · Exchange log' : 'Exchange log · 往来日志';
  const texts = {
    title: w.title,
    intro: w.intro,
    'to-phone-text': w.toPhone,
    'fan-label': w.fan,
    'path-label': w.path,
    'errors-label': w.errors,
    keys: w.keys,
    language: w.language,
  };
  for (const [id, text] of Object.entries(texts)) $(id).textContent = text;
  $('language').setAttribute('aria-label', w.languageLabel);
  $('fan').placeholder = w.fanHint;
  $('path').placeholder = w.pathHint;
  $('line-head').replaceChildren(...w.head.map((text) => h('span', {}, text)));
  drawDirections();
  drawLive();
  begin();
}

function moveFocus(by) {
  const lines = [...document.querySelectorAll('.line')];
  const at = lines.indexOf(document.activeElement?.closest?.('.entry')?.querySelector('.line'));
  const next = lines[at === -1 ? 0 : Math.min(lines.length - 1, Math.max(0, at + by))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

function onKey(event) {
  const typing = event.target instanceof HTMLInputElement && event.target.type !== 'checkbox';
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '/' && !typing) {
    event.preventDefault();
    $('fan').focus();
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    if (event.target.closest?.('pre')) return;
    event.preventDefault();
    moveFocus(event.key === 'ArrowDown' ? 1 : -1);
  } else if (event.key === 'Escape') {
    const open = document.activeElement?.closest?.('.entry')?.querySelector('.line[aria-expanded="true"]');
    if (open) {
      open.click();
      open.focus();
    } else if (typing) event.target.blur();
  }
}

function listen() {
  let timer = 0;
  for (const name of ['fan', 'path']) {
    $(name).addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        log.filter[name] = $(name).value.trim();
        filterChanged();
      }, 200);
    });
  }
  $('errors').addEventListener('change', () => {
    log.filter.errors = $('errors').checked;
    filterChanged();
  });
  $('filter').addEventListener('submit', (event) => event.preventDefault());
  $('live').addEventListener('click', () => {
    log.live = !log.live;
    log.reading += 1;
    drawLive();
    if (log.live) void read(log.reading);
  });
  $('language').addEventListener('click', () => {
    log.language = log.language === 'zh' ? 'en' : 'zh';
    memory.set('sim.language', log.language);
    redraw();
  });
  document.addEventListener('keydown', onKey);
}

function start() {
  const asked = new URLSearchParams(location.search);
  for (const name of ['fan', 'path']) {
    log.filter[name] = asked.get(name) ?? '';
    $(name).value = log.filter[name];
  }
  log.filter.direction = Object.hasOwn(words().directions, asked.get('direction')) ? asked.get('direction') : '';
  log.filter.errors = asked.get('errors') === 'true';
  $('errors').checked = log.filter.errors;
  listen();
  redraw();
}

start();
