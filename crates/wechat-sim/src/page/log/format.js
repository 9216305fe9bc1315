// Lays out XML and JSON for reading. The text itself is not changed: numbers keep all their digits, fields their order.

function prettyJson(text) {
  let out = '';
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (inText) {
      out += char;
      if (char === '\\') out += text[(at += 1)] ?? '';
      else if (char === '"') inText = false;
    } else if (char === '"') {
      inText = true;
      out += char;
    } else if (char === '{' || char === '[') {
      const closed = /^\s*[}\]]/.exec(text.slice(at + 1));
      if (closed) {
        out += char + closed[0].trim();
        at += closed[0].length;
      } else {
        depth += 1;
        out += `${char}\n${'  '.repeat(depth)}`;
      }
    } else if (char === '}' || char === ']') {
      depth = Math.max(0, depth - 1);
      out += `\n${'  '.repeat(depth)}${char}`;
    } else if (char === ',') {
      out += `,\n${'  '.repeat(depth)}`;
    } else if (char === ':') {
      out += ': ';
    } else if (!/\s/.test(char)) {
      out += char;
    }
  }
  return out;
}

/** Elements on lines of their own; a field with its text stays on one. */
function prettyXml(text) {
  const tokens = text.match(/<!\[CDATA\[[\s\S]*?\]\]>|<[^>]+>|[^<]+/g) ?? [];
  const lines = [];
  let depth = 0;
  let open = false;
  const add = (token) => lines.push('  '.repeat(depth) + token);
  for (const token of tokens) {
    if (token.startsWith('</')) {
      depth = Math.max(0, depth - 1);
      if (open) lines.push(lines.pop() + token);
      else add(token);
      open = false;
    } else if (token.startsWith('<') && !token.startsWith('<!')) {
      add(token);
      open = !token.endsWith('/>');
      if (open) depth += 1;
    } else if (token.trim() !== '' || open) {
      const kept = token.startsWith('<!') ? token : token.trim();
      lines.push((lines.pop() ?? '') + kept);
    }
  }
  return lines.join('\n');
}

function pretty(text) {
  const trimmed = text.trim();
  if (trimmed.startsWith('<')) return prettyXml(trimmed);
  if (trimmed.startsWith('{') || trimmed.startsWith('[')) return prettyJson(trimmed);
  return text;
}

/** The laid-out text with names, texts and numbers told apart, as elements. */
function coloured(text) {
  const pattern = text.trimStart().startsWith('<')
    ? /(<!\[CDATA\[)([\s\S]*?)(\]\]>)|(<\/?[^>]+>)/g
    : /("(?:\\.|[^"\\])*")(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)/g;
  const xml = text.trimStart().startsWith('<');
  const parts = [];
  let from = 0;
  const put = (name, content) => parts.push(h('span', { class: name }, content));
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(from, match.index));
    if (xml && match[4] === undefined) {
      put('tok-quiet', match[1]);
      put('tok-text', match[2]);
      put('tok-quiet', match[3]);
    } else if (xml) put('tok-name', match[4]);
    else if (match[2] !== undefined) {
      put('tok-name', match[1]);
      parts.push(match[2]);
    } else put(match[1] === undefined ? 'tok-number' : 'tok-text', match[0]);
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}
