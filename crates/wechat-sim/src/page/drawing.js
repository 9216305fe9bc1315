// Draws the phone and the panel beside it from the state.

/** A new time is shown when this much has passed since the last entry. */
const PAUSE_MS = 3 * 60_000;

const pad = (number) => String(number).padStart(2, '0');

function clockTime(at) {
  const date = new Date(at);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

function dayAndTime(at) {
  const date = new Date(at);
  const today = new Date(serverNow()).toDateString() === date.toDateString();
  return today ? clockTime(at) : `${date.getMonth() + 1}-${date.getDate()} ${clockTime(at)}`;
}

let lastAt = 0;

function row(side, content, foot) {
  const avatar = h(
    'div',
    { class: `avatar ${side}`, 'aria-hidden': 'true' },
    side === 'theirs' ? [...state.account.name][0] : words().me,
  );
  return h(
    'div',
    { class: `row ${side}` },
    avatar,
    h('div', { class: 'content' }, content, foot ? h('span', { class: 'foot' }, foot) : null),
  );
}

function draw(item) {
  const w = words();
  const log = $('log');
  const put = (element) => {
    if (item.at - lastAt > PAUSE_MS) log.append(h('p', { class: 'time' }, dayAndTime(item.at)));
    lastAt = item.at;
    log.append(element);
  };
  const notice = (text) => put(h('p', { class: 'notice' }, h('span', {}, text)));
  const onWire = (line) => {
    $('wire-log').prepend(line);
    $('wire-dot').hidden = $('wire').classList.contains('open');
  };
  if (item.what === 'did') {
    const { bubble, notice: text } = did(item, w, state.account.name, nameOfKey);
    if (bubble) put(row('mine', bubble));
    else notice(text);
  } else if (item.what === 'message') {
    if (item.type === 'error') notice(item.content);
    else if (item.type.startsWith('transfer_')) notice(w.handedOver);
    else {
      const agent = item.fields?.customservice?.kf_account;
      const foot = agent ? `${w[item.via]} · ${agent}` : w[item.via];
      put(
        row(
          'theirs',
          received(item, w, (entry) => say(entry.content, entry.id)),
          foot,
        ),
      );
    }
  } else if (item.what === 'callback') {
    onWire(callbackLine(item, w, clockTime(item.at)));
  } else if (item.what === 'call') {
    onWire(callLine(item, w, clockTime(item.at)));
  }
}

function scrollDown() {
  const chat = $('chat');
  requestAnimationFrame(() => chat.scrollTo({ top: chat.scrollHeight }));
}

function duration(ms) {
  const seconds = Math.ceil(ms / 1000);
  return words().duration(Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60);
}

/** What depends on the time, the fan's state and the language, but not on single entries. */
function drawState() {
  const w = words();
  const { fan, account } = state;
  const now = serverNow();
  const following = fan.following === 'yes';
  const typing = fan.typing_until > now;
  const title = typing ? w.typing : account.name;
  if ($('account-name').textContent !== title) $('account-name').textContent = title;
  $('clock').textContent = clockTime(Date.now());
  $('profile').hidden = following;
  $('profile-text').textContent = fan.following === 'left' ? w.profileLeft : w.profile;
  $('dock').hidden = !following;
  $('try').hidden = !following;
  $('wire-empty').hidden = $('wire-log').childElementCount > 0;
  $('wire-log-title').hidden = !$('wire-empty').hidden;

  const open = fan.window !== null && fan.window.until > now;
  const windowText = open ? w.windowOpen(fan.window.left, duration(fan.window.until - now)) : w.windowClosed;
  const facts = {
    [w.factFan]: state.openid.length > 16 ? `${state.openid.slice(0, 8)}…${state.openid.slice(-4)}` : state.openid,
    [w.factState]: w.states[fan.following],
    [w.factWindow]: windowText,
    [w.factMode]: `${w.modes[account.mode]} · ${account.format.toUpperCase()} → ${account.callback_url}`,
  };
  const shown = JSON.stringify(facts);
  if ($('facts').dataset.shown === shown) return;
  $('facts').dataset.shown = shown;
  const fact = ([name, text], index) => {
    const copy = () => navigator.clipboard?.writeText(state.openid).then(() => showToast(words().copied));
    const button = h('button', { type: 'button', class: 'pill small', title: state.openid, onclick: copy }, w.copy);
    return h('div', {}, h('dt', {}, name), h('dd', {}, h('span', {}, text), index === 0 ? button : null));
  };
  $('facts').replaceChildren(...Object.entries(facts).map(fact));
}

function drawDock() {
  const hasMenu = state.menu.length > 0;
  const showMenu = hasMenu && !state.wantsKeyboard;
  $('menu-row').hidden = !showMenu;
  $('typing-row').hidden = showMenu;
  $('to-menu').hidden = !hasMenu;
  if (showMenu) openMore(false);
  $('menu').replaceChildren(...state.menu.map(menuButton));
}

/** What the fan saw when tapping; a key that is no longer in the menu stands for itself. */
function nameOfKey(key) {
  const buttons = state.menu.flatMap((button) => [button, ...(button.sub_button ?? [])]);
  return buttons.find((button) => button.key === key)?.name ?? key;
}

function menuButton(button) {
  const below = button.sub_button ?? [];
  if (below.length === 0)
    return h('div', { class: 'menu-item' }, h('button', { type: 'button', onclick: () => tap(button) }, button.name));
  const list = h(
    'div',
    { class: 'submenu', hidden: true },
    below.map((entry) => h('button', { type: 'button', onclick: () => tap(entry) }, entry.name)),
  );
  const top = h(
    'button',
    { type: 'button', 'aria-haspopup': 'true', 'aria-expanded': 'false' },
    h('i', { 'aria-hidden': 'true' }, '≡ '),
    button.name,
  );
  top.addEventListener('click', (event) => {
    event.stopPropagation();
    const opening = list.hidden;
    closeSubmenus();
    list.hidden = !opening;
    top.setAttribute('aria-expanded', String(opening));
  });
  return h('div', { class: 'menu-item' }, list, top);
}

function closeSubmenus() {
  for (const list of document.querySelectorAll('.submenu')) list.hidden = true;
  for (const top of document.querySelectorAll('.menu-item > [aria-expanded]'))
    top.setAttribute('aria-expanded', 'false');
}

function tap(button) {
  closeSubmenus();
  if (button.key) void act('tap', { key: button.key }, 'event.click');
  else if (button.url) {
    void act('tap', { url: button.url }, 'event.view');
    if (isPage(button.url)) window.open(button.url, '_blank', 'noopener');
  }
}

function openMore(open) {
  $('more').hidden = !open;
  $('open-more').setAttribute('aria-expanded', String(open));
  if (open) scrollDown();
}

function drawMore() {
  const w = words();
  // A place near the lake, a little elsewhere each time.
  const place = () => ({ latitude: 30.25 + Math.random() / 100, longitude: 120.14 + Math.random() / 100 });
  const rounded = ({ latitude, longitude }) => ({
    latitude: Number(latitude.toFixed(6)),
    longitude: Number(longitude.toFixed(6)),
  });
  const link = () => ({ title: w.linkTitle, description: w.linkText, url: 'https://example.com/lumo/review' });
  const actions = [
    ['image', w.moreImage, () => act('image', {}, 'image')],
    ['voice', w.moreVoice, () => act('voice', { recognition: w.recognition }, 'voice')],
    ['place', w.morePlace, () => act('locate', { ...rounded(place()), label: w.placeLabel }, 'location')],
    ['scan', w.moreScan, scan],
    ['link', w.moreLink, () => act('link', link(), 'link')],
    ['report', w.moreReport, () => act('locate', { ...rounded(place()), precision: 65 }, 'event.location')],
    ['leave', w.moreLeave, () => act('unfollow', {}, 'event.unsubscribe')],
  ];
  const run = (action) => () => {
    openMore(false);
    void action();
  };
  const tile = ([name, label, action]) =>
    h(
      'button',
      { type: 'button', onclick: run(action) },
      h('span', { class: 'tile' }, icon(name)),
      h('span', {}, label),
    );
  $('more').replaceChildren(...actions.map(tile));
}

function drawTry() {
  const texts = ['GO', '菜单', '查物流 12345', '人工', '帮助'];
  const chip = (text) => h('button', { type: 'button', class: 'chip', onclick: () => say(text) }, text);
  $('try').setAttribute('aria-label', words().tryLabel);
  $('try').replaceChildren(...texts.map(chip));
}

/** Everything, after the language or the fan changed. */
function redraw() {
  const w = words();
  document.documentElement.lang = state.language === 'zh' ? 'zh-CN' : 'en';
  document.title = `${state.account.name || 'fandesk'} · ${w.title}`;
  const texts = {
    'wire-title': w.wireTitle,
    'wire-intro': w.wireIntro,
    'wire-log-title': w.wireLog,
    'close-wire': w.close,
    'to-log': w.toLog,
    'profile-name': state.account.name,
    follow: w.follow,
    'follow-scan': w.followScan,
    send: w.send,
    'scan-title': w.scanTitle,
    'scan-text': w.scanText,
    'scene-label': w.scene,
    'scan-cancel': w.cancel,
    'scan-go': w.scanGo,
  };
  for (const [id, text] of Object.entries(texts)) $(id).textContent = text;
  const labels = {
    'new-fan': w.newFan,
    'open-wire': w.openWire,
    input: w.input,
    'to-menu': w.toMenu,
    'to-keyboard': w.toKeyboard,
    'send-voice': w.voice,
    'open-more': w.more,
    more: w.more,
    chat: state.account.name,
  };
  $('to-log').href = `/log?fan=${state.openid}`;
  for (const [id, text] of Object.entries(labels)) $(id).setAttribute('aria-label', text);
  for (const id of ['new-fan', 'open-wire', 'to-menu', 'to-keyboard', 'send-voice', 'open-more'])
    $(id).title = labels[id];
  for (const button of document.querySelectorAll('.language')) {
    button.textContent = w.language;
    button.setAttribute('aria-label', w.languageLabel);
  }
  $('wire-empty').replaceChildren(
    ...w.steps.map(([what, how]) => h('li', {}, h('strong', {}, what), h('span', {}, how))),
  );
  $('input').placeholder = w.input;
  $('profile-avatar').textContent = [...state.account.name][0] ?? '';
  lastAt = 0;
  $('log').replaceChildren();
  $('wire-log').replaceChildren();
  state.items.forEach(draw);
  drawTry();
  drawMore();
  drawDock();
  drawState();
  scrollDown();
}

let toastTimer = 0;

function showToast(text, stays) {
  const toast = $('toast');
  if (text === '' && toast.dataset.stays !== 'true') return;
  clearTimeout(toastTimer);
  toast.textContent = text;
  toast.dataset.stays = String(stays === true);
  toast.classList.toggle('shown', text !== '');
  if (!stays) toastTimer = setTimeout(() => toast.classList.remove('shown'), 2200);
}

function sizeInput() {
  const input = $('input');
  input.style.height = 'auto';
  input.style.height = `${Math.min(input.scrollHeight, 96)}px`;
  const empty = input.value.trim() === '';
  $('send').hidden = empty;
  $('open-more').hidden = !empty;
}
