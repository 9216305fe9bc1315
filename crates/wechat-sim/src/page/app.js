// Listens to the person before the screen, and starts.

function openWire(open) {
  $('wire').classList.toggle('open', open);
  $('wire-dot').hidden = true;
  if (open) $('close-wire').focus();
  else $('open-wire').focus();
}

function listen() {
  const on = (id, event, listener) => $(id).addEventListener(event, listener);
  on('follow', 'click', () => act('follow', {}, 'event.subscribe'));
  on('follow-scan', 'click', () => act('scan', { scene: 'counter-1' }, 'event.subscribe'));
  on('send-voice', 'click', () => act('voice', { recognition: words().recognition }, 'voice'));
  on('open-more', 'click', () => openMore($('more').hidden));
  on('open-wire', 'click', () => openWire(true));
  on('close-wire', 'click', () => openWire(false));
  on('new-fan', 'click', () => {
    // An openid in the address would come back with the next reload.
    history.replaceState(null, '', location.pathname);
    become(newOpenid());
    showToast(words().newFanDone);
  });
  for (const button of document.querySelectorAll('.language')) {
    button.addEventListener('click', () => {
      state.language = state.language === 'zh' ? 'en' : 'zh';
      memory.set('sim.language', state.language);
      redraw();
    });
  }
  for (const [id, keyboard] of [
    ['to-keyboard', true],
    ['to-menu', false],
  ]) {
    on(id, 'click', () => {
      state.wantsKeyboard = keyboard;
      drawDock();
      if (keyboard) $('input').focus();
    });
  }
  on('typing-row', 'submit', (event) => {
    event.preventDefault();
    sendTyped();
  });
  on('input', 'input', sizeInput);
  on('input', 'focus', () => openMore(false));
  on('input', 'keydown', (event) => {
    // While an input method is composing, Enter chooses a word.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      sendTyped();
    }
  });
  on('scan', 'close', () => {
    const scene = $('scene').value.trim();
    if ($('scan').returnValue === 'scan' && scene !== '') void act('scan', { scene }, 'event.scan');
  });
  document.addEventListener('click', closeSubmenus);
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    closeSubmenus();
    if ($('wire').classList.contains('open')) openWire(false);
  });
}

async function start() {
  listen();
  setInterval(drawState, 1000);
  try {
    state.account = await getJson('/sim/account');
  } catch {
    showToast(words().offline, true);
  }
  const asked = new URLSearchParams(location.search).get('openid');
  const known = OPENID.test(asked ?? '') ? asked : memory.get('sim.openid');
  become(OPENID.test(known ?? '') ? known : newOpenid());
}

void start();
