// Draws entries of the journal: bubbles and notices on the phone, lines on the wire.

const isPage = (url) => /^https?:\/\//i.test(url ?? '');

/** Text with its addresses as links; `<a href>` is what WeChat allows in texts, every other markup stays text. */
function withLinks(text) {
  const parts = [];
  const pattern = /<a\s[^>]*?href=["']([^"']+)["'][^>]*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'，。；！？、）】]+)/gi;
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const url = match[1] ?? match[3];
    parts.push(text.slice(from, match.index));
    parts.push(
      isPage(url) ? h('a', { href: url, target: '_blank', rel: 'noreferrer' }, match[2] ?? url) : (match[2] ?? url),
    );
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}

function picture(url, words) {
  const frame = h('span', { class: 'picture' }, icon('image'));
  if (url) {
    const image = h('img', { src: url, alt: words.picture, loading: 'lazy', referrerpolicy: 'no-referrer' });
    image.addEventListener('load', () => frame.classList.add('loaded'));
    image.addEventListener('error', () => image.remove());
    frame.append(image);
  }
  return frame;
}

function voice(text, words) {
  return [
    h('span', { class: 'bubble voice', 'aria-label': words.voiceMessage }, icon('voice'), h('span', {}, '3″')),
    text ? h('span', { class: 'transcript' }, text) : null,
  ];
}

function card({ url, image, title, text, foot }, words) {
  const inside = [
    image === undefined ? null : picture(image, words),
    h('strong', {}, title),
    text ? h('span', { class: 'card-text' }, text) : null,
    h('span', { class: 'card-foot' }, foot),
  ];
  return isPage(url)
    ? h('a', { class: 'card', href: url, target: '_blank', rel: 'noreferrer' }, inside)
    : h('span', { class: 'card' }, inside);
}

/** The articles of news, from XML or from JSON. */
function articles(fields) {
  const list = fields?.news?.articles ?? fields?.Articles?.item ?? fields?.Articles ?? [];
  return (Array.isArray(list) ? list : [list]).map((item) => ({
    title: item.title ?? item.Title ?? '',
    text: item.description ?? item.Description ?? '',
    image: item.picurl ?? item.PicUrl ?? '',
    url: item.url ?? item.Url ?? '',
  }));
}

/** What the account sent, as elements of its side of the conversation; `tapEntry` answers a menu message. */
function received(item, words, tapEntry) {
  const fields = item.fields ?? {};
  const mediaId =
    fields[item.type]?.media_id ?? fields.Image?.MediaId ?? fields.Voice?.MediaId ?? fields.Video?.MediaId;
  const mediaUrl = mediaId ? `/sim/media/${encodeURIComponent(mediaId)}` : undefined;
  switch (item.type) {
    case 'text':
      return h('span', { class: 'bubble' }, withLinks(item.content ?? ''));
    case 'image':
      return picture(mediaUrl, words);
    case 'voice':
      return voice('', words);
    case 'news':
      return articles(fields).map((article) => card({ ...article, foot: words.readMore }, words));
    case 'miniprogrampage':
      return card(
        { title: item.content ?? '', image: `/sim/media/${fields.miniprogrampage?.thumb_media_id}`, foot: words.card },
        words,
      );
    case 'msgmenu': {
      const entries = (fields.msgmenu?.list ?? []).map((entry) =>
        h('button', { type: 'button', class: 'entry', onclick: () => tapEntry(entry) }, entry.content),
      );
      const tail = fields.msgmenu?.tail_content;
      return h(
        'span',
        { class: 'bubble' },
        withLinks(item.content ?? ''),
        h('span', { class: 'entries' }, entries),
        tail ? h('span', {}, tail) : null,
      );
    }
    default:
      return h('span', { class: 'bubble dim' }, `［${words.types[item.type] ?? item.type}］${item.content ?? ''}`);
  }
}

/** What the fan did: a bubble of the fan's, or a notice. */
function did(item, words, accountName, nameOfKey) {
  switch (item.kind) {
    case 'text':
      return { bubble: h('span', { class: 'bubble' }, withLinks(item.text)) };
    case 'image':
      return { bubble: picture(item.text, words) };
    case 'voice':
      return { bubble: voice(item.text, words) };
    case 'location':
      return {
        bubble: h(
          'span',
          { class: 'card place' },
          h('strong', {}, item.text || words.kinds.location),
          h('span', { class: 'map' }, icon('place')),
        ),
      };
    case 'link':
      return { bubble: card({ url: item.text, title: words.linkTitle, text: words.linkText, foot: item.text }, words) };
    case 'event.click':
      return { notice: words.menuTapped(nameOfKey(item.text)) };
    case 'event.view':
      return { notice: words.pageOpened(item.text) };
    case 'event.scan':
      return { notice: words.scanned(item.text) };
    case 'event.subscribe':
      return { notice: item.text ? words.followedBy(accountName, item.text) : words.followed(accountName) };
    case 'event.unsubscribe':
      return { notice: words.unfollowed(accountName) };
    default:
      return { notice: words.reported };
  }
}

const KINDS_OF_VERDICTS = { reply: 'good', nothing: 'calm', malformed: 'bad', refused: 'bad', gave_up: 'bad' };

/** One line on the wire, to be opened for the documents. */
function wireLine({ direction, title, text, badge, mood, meta, details }) {
  const head = h(
    'summary',
    {},
    h('span', { class: `arrow ${direction}`, 'aria-hidden': 'true' }, direction === 'out' ? '↑' : '↓'),
    h('span', { class: 'wire-title' }, title, text ? h('span', { class: 'wire-text' }, text) : null),
    h('span', { class: `badge ${mood}` }, badge),
    h('span', { class: 'wire-meta' }, meta),
  );
  return h('li', { class: 'wire-line' }, h('details', {}, head, details));
}

function callbackLine(item, words, time) {
  const attempts = item.attempts.map((attempt, index) => {
    const text = `${attempt.status ?? words.noAnswer} · ${attempt.elapsed_ms} ms${attempt.problem ? ` · ${attempt.problem}` : ''}`;
    return h('li', { class: attempt.status === 200 ? 'good' : 'bad' }, words.attempt(index + 1, text));
  });
  const raw = item.reply?.raw ?? (item.verdict === 'nothing' ? 'success' : '');
  return wireLine({
    direction: 'out',
    title: words.kinds[item.kind] ?? item.kind,
    text: item.kind === 'image' ? '' : item.text,
    badge: words.verdicts[item.verdict],
    mood: KINDS_OF_VERDICTS[item.verdict],
    meta: [item.status ?? '—', words.tries(item.tries), `${item.elapsed_ms} ms`, time].join(' · '),
    details: [
      h('ol', { class: 'attempts' }, attempts),
      item.problem ? h('p', { class: 'problem' }, item.problem) : null,
      h('h4', {}, words.sent),
      h('pre', { tabindex: '0' }, item.document.trim()),
      raw ? [h('h4', {}, words.received), h('pre', { tabindex: '0' }, raw.trim())] : null,
    ].flat(),
  });
}

function callLine(item, words, time) {
  const name = item.path.endsWith('/typing') ? words.calls.typing : words.calls.send;
  const kind = item.kind ? ` · ${words.types[item.kind] ?? item.kind}` : '';
  return wireLine({
    direction: 'in',
    title: name + kind,
    text: item.text,
    badge: item.errcode === 0 ? 'ok' : String(item.errcode),
    mood: item.errcode === 0 ? 'good' : 'bad',
    meta: time,
    details: [
      h(
        'pre',
        { tabindex: '0' },
        `POST ${item.path}\n{"errcode":${item.errcode},"errmsg":${JSON.stringify(item.errmsg)}}`,
      ),
    ],
  });
}
