// What the comparison aims at, and whether a run got there.
//
// Each aim is judged twice: for the reply path alone (D1 standing still, nothing to flush to), and with the flush going on.
// A ratio above 1 is better for fandesk, also where less is better.

const ALONE = 'fandesk-still';
const FLUSHING = 'fandesk';

const PEER_C = ['js', 'js-grouped'];
const PEERS_WITHOUT_HOP = [
  ['gunicorn', 'wechatpy on gunicorn'],
  ['uvicorn', 'wechatpy on uvicorn'],
  ['koa', 'co-wechat, one commit a request'],
];

/** How much better `ours` is than `other`. */
function better(figures, ours, other, metric, where) {
  return metric === 'perSecond' ? figures.ratio(ours, other, metric, where) : figures.ratio(other, ours, metric, where);
}

/** Against the best of several: the one that is hardest to beat. */
function betterThanAll(figures, ours, others, metric, where) {
  const ratios = others.map((other) => better(figures, ours, other, metric, where));
  return ratios.includes(undefined) ? undefined : Math.min(...ratios);
}

const METRICS = [
  ['perSecond', 'requests/s'],
  ['p99', 'p99'],
];

/** `{what, where, aim, alone, flushing}`: ratios, and the least that they should be (`aim`; none is only told). */
export function verdicts(figures) {
  const rows = [];
  const add = (what, where, aim, judge) => {
    const [alone, flushing] = [ALONE, FLUSHING].map(judge);
    if (alone !== undefined || flushing !== undefined) rows.push({ what, where, aim, alone, flushing });
  };
  for (const where of figures.places()) {
    if (where.mode !== 'plain' || where.connections === 1) continue;
    for (const [metric, name] of METRICS) {
      const against = (others) => (ours) => betterThanAll(figures, ours, others, metric, where);
      add(`${name} to the better of (c)`, where, 1, against(PEER_C));
      add(`${name} to the hop (b)`, where, 0.8, against(['hop']));
      for (const [peer, label] of PEERS_WITHOUT_HOP) add(`${name} to ${label}`, where, 1, against([peer]));
      add(`${name} to co-wechat, grouped`, where, undefined, against(['koa-grouped']));
    }
  }
  for (const where of figures.places().filter(({ mode }) => mode === 'safe')) {
    const plain = { ...where, mode: 'plain' };
    add('safe mode to plain, requests/s', where, 0.8, (ours) => figures.ratio(ours, ours, 'perSecond', where, plain));
  }
  for (const where of figures.places().filter(({ mode, connections }) => mode === 'plain' && connections === 1)) {
    // At most 1.2 times as long.
    add('p50 alone to itself ungrouped', where, 1 / 1.2, (ours) =>
      better(figures, ours, 'fandesk-single', 'p50', where),
    );
    add('p50 alone to (c) ungrouped', where, 1 / 1.2, (ours) => better(figures, ours, 'js', 'p50', where));
  }
  return rows;
}

/** Whether a ratio is as it should be: ✓, ✗, or nothing where nothing is asked. */
export function mark(ratio, aim) {
  if (ratio === undefined || aim === undefined) return '';
  return ratio >= aim ? '✓' : '✗';
}
