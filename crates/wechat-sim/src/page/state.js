// Who the fan is, and what the page knows.

const OPENID = /^[A-Za-z0-9_-]{1,64}$/;

const state = {
  openid: '',
  language: memory.get('sim.language') === 'en' ? 'en' : 'zh',
  account: { name: '', mode: 'plain', format: 'xml', callback_url: '' },
  fan: { following: 'unseen', window: null, typing_until: 0 },
  items: [],
  after: 0,
  menu: [],
  menuVersion: 0,
  wantsKeyboard: false,
  /** Server clock minus ours. */
  skew: 0,
  /** Counts up when the fan changes, so that an old reading is dropped. */
  reading: 0,
};

const words = () => WORDS[state.language];
const serverNow = () => Date.now() + state.skew;

function newOpenid() {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const random = crypto.getRandomValues(new Uint8Array(27));
  return 'o' + Array.from(random, (byte) => letters[byte % 64]).join('');
}
