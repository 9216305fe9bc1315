// To and from the simulator: a reader of the journal, and the fan's acts.

/** How long the server may hold a reading of the journal open. */
const WAIT_MS = 20_000;

function become(openid) {
  memory.set('sim.openid', openid);
  Object.assign(state, { openid, items: [], after: 0, fan: { following: 'unseen', window: null, typing_until: 0 } });
  state.reading += 1;
  redraw();
  void read(state.reading);
}

async function getJson(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

async function read(reading) {
  let first = true;
  while (reading === state.reading) {
    try {
      const wait = first ? 0 : WAIT_MS;
      const query = `after=${state.after}&menu_version=${Math.max(state.menuVersion, 0)}&wait_ms=${wait}`;
      const page = await getJson(`/sim/fans/${state.openid}/journal?${query}`);
      if (reading !== state.reading) return;
      first = false;
      state.skew = page.now - Date.now();
      state.fan = page.fan;
      if (page.menu_version !== state.menuVersion) await readMenu();
      take(page.items);
      showToast('');
    } catch {
      if (reading !== state.reading) return;
      showToast(words().offline, true);
      // A simulator that was started anew has forgotten everything, so the story begins anew too.
      Object.assign(state, { items: [], after: 0, menuVersion: -1 });
      first = true;
      await new Promise((done) => setTimeout(done, 1500));
      redraw();
    }
  }
}

async function readMenu() {
  const menu = await getJson('/sim/menu');
  state.menu = menu.button ?? [];
  state.menuVersion = menu.version;
  drawDock();
}

function take(items) {
  for (const item of items) {
    state.items.push(item);
    state.after = item.seq;
    draw(item);
  }
  drawState();
  if (items.length > 0) scrollDown();
}

async function act(path, body, waitingAs) {
  const w = words();
  const line = waitingLine(w.kinds[waitingAs] ?? waitingAs);
  $('wire-log').prepend(line.element);
  $('wire-empty').hidden = true;
  try {
    const response = await fetch(`/sim/fans/${state.openid}/${path}`, {
      method: 'POST',
      body: JSON.stringify(body ?? {}),
    });
    if (response.status === 409) showToast(w.notFollowing);
    else if (!response.ok) showToast(w.failed);
  } catch {
    showToast(w.failed);
  } finally {
    line.end();
  }
}

/** A line that counts while the server is thinking. */
function waitingLine(title) {
  const meta = h('span', { class: 'wire-meta' }, words().waiting);
  const element = h(
    'li',
    { class: 'wire-line waiting', hidden: true },
    h(
      'div',
      {},
      h('span', { class: 'arrow out', 'aria-hidden': 'true' }, '↑'),
      h('span', { class: 'wire-title' }, title),
      meta,
    ),
  );
  const begun = performance.now();
  const timer = setInterval(() => {
    const seconds = (performance.now() - begun) / 1000;
    element.hidden = seconds < 0.3;
    meta.textContent = `${words().waiting} · ${seconds.toFixed(1)} s`;
  }, 100);
  const end = () => {
    clearInterval(timer);
    element.remove();
  };
  return { element, end };
}

const say = (text, entry) => act('say', entry === undefined ? { text } : { text, menu_entry: entry }, 'text');

function sendTyped() {
  const text = $('input').value.trim();
  if (text === '') return;
  $('input').value = '';
  sizeInput();
  void say(text);
}

function scan() {
  const dialog = $('scan');
  dialog.returnValue = '';
  dialog.showModal();
  $('scene').select();
  void drawCodes(dialog);
}

/** The codes that the account made, as pictures to point the camera at. */
async function drawCodes(dialog) {
  const { items } = await getJson('/sim/codes').catch(() => ({ items: [] }));
  $('codes').hidden = items.length === 0;
  $('codes').setAttribute('aria-label', words().codesLabel);
  const one = (code) => {
    const source = `/cgi-bin/showqrcode?ticket=${encodeURIComponent(code.ticket)}`;
    const button = h(
      'button',
      { type: 'button', 'aria-label': words().codeOf(code.scene) },
      h('img', { src: source, alt: '' }),
      h('span', {}, String(code.scene)),
    );
    button.addEventListener('click', () => {
      dialog.close('code');
      void act('scan', { url: code.url }, 'event.scan');
    });
    return button;
  };
  $('codes').replaceChildren(...items.map(one));
}
