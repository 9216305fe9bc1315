// Who is measured, in the order in which they are shown.

import { fandesk, fandeskSingle, fandeskStill } from './fandesk.mjs';
import { hop, hopFetch, noop } from './floors.mjs';
import { javascriptGrouped, javascriptSingle } from './javascript.mjs';
import { koa, koaGrouped } from './koa.mjs';
import { gunicorn, uvicorn } from './wechatpy.mjs';

/**
 * A subject has a `name` (for the command line and the results), a `label`, the traits `expected`, `seals`, `sharded` and `alone` (see
 * worker.mjs), and `start({shards, settings})`, which gives `{server, url, end}`.
 */
export const SUBJECTS = [
  noop,
  hop,
  hopFetch,
  fandesk,
  fandeskStill,
  fandeskSingle,
  javascriptSingle,
  javascriptGrouped,
  gunicorn,
  uvicorn,
  koa,
  koaGrouped,
];
