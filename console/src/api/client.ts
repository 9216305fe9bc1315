/** The one place where the console asks the API: cookie, CSRF header, JSON, errors, and how far the server's clock is ahead. */
import { ApiError, errorOf } from './errors';

/** What depends on who is logged in. */
interface Hooks {
  csrf: () => string | null;
  /** The session is over: called once for each answer that says so. */
  loggedOut: () => void;
  /** The CSRF token is not of the cookie, since the same person logged in anew elsewhere: whether there is another now. */
  renew: () => Promise<boolean>;
}

let hooks: Hooks = { csrf: () => null, loggedOut: () => {}, renew: async () => false };
let skew = 0;

export function connectSession(to: Hooks): void {
  hooks = to;
}

/** Milliseconds to add to this machine's clock to have the server's, which deadlines are in. */
export function clockSkew(): number {
  return skew;
}

/** Where the API of the account is: that of the first, or of the one that the page's address names (`/?account=shop`). */
export function base(search: string = typeof location === 'undefined' ? '' : location.search): string {
  const account = new URLSearchParams(search).get('account');
  return account === null ? '/api/v1' : `/api/v1/accounts/${encodeURIComponent(account)}`;
}

export type Query = Record<string, string | number | boolean | null | undefined>;

/** A path with a query; what is not set is left out. */
export function address(path: string, query: Query = {}, below: string = base()): string {
  const set = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const text = new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString();
  return `${below}${path}${text === '' ? '' : `?${text}`}`;
}

interface Options {
  query?: Query;
  body?: unknown;
  /** A body that is sent as it is, with its content type. */
  raw?: { type: string; text: string };
  headers?: Record<string, string>;
  /** Of the deployment, not of the account that the page's address names. */
  everywhere?: boolean;
  /** The answer is a document: its text, even where it is JSON. */
  asText?: boolean;
  /** Not about who is logged in: a 401 is an answer like others. */
  open?: boolean;
}

async function ask(method: string, path: string, options: Options): Promise<{ response: Response; body: unknown }> {
  const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
  let content: string | undefined;
  if (options.raw !== undefined) {
    headers['content-type'] = options.raw.type;
    content = options.raw.text;
  } else if (options.body !== undefined) {
    headers['content-type'] = 'application/json';
    content = JSON.stringify(options.body);
  }
  const csrf = hooks.csrf();
  if (method !== 'GET' && csrf !== null) headers['x-csrf-token'] = csrf;

  let response: Response;
  try {
    response = await fetch(address(path, options.query, options.everywhere === true ? base('') : base()), {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(content !== undefined && { body: content }),
    });
  } catch {
    throw new ApiError(0, 'offline', 'no answer');
  }
  noteClock(response.headers.get('date'));
  const text = await response.text().catch(() => '');
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  const body = isJson && !(options.asText === true && response.ok) ? parse(text) : text;
  if (response.ok) return { response, body };
  const error = errorOf(response.status, body, response.headers.get('retry-after'));
  if (response.status === 401 && options.open !== true) hooks.loggedOut();
  if (error.code === 'csrf' && hooks.csrf() === csrf && (await hooks.renew())) return ask(method, path, options);
  throw error;
}

/** HTTP's date has whole seconds, so that less than two of difference says nothing. */
function noteClock(date: string | null): void {
  const theirs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirs)) return;
  const difference = theirs - Date.now();
  skew = Math.abs(difference) < 2000 ? 0 : difference;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export async function get<Body>(path: string, query: Query = {}, options: Options = {}): Promise<Body> {
  return (await ask('GET', path, { ...options, query })).body as Body;
}

export async function post<Body>(path: string, body?: unknown, options: Options = {}): Promise<Body> {
  return (await ask('POST', path, { ...options, body })).body as Body;
}

export async function put<Body>(path: string, body?: unknown, options: Options = {}): Promise<Body> {
  return (await ask('PUT', path, { ...options, body })).body as Body;
}

export async function remove<Body = void>(path: string, body?: unknown, options: Options = {}): Promise<Body> {
  return (await ask('DELETE', path, { ...options, body })).body as Body;
}

/** For what lies in headers, such as the version in an `ETag`. */
export async function exchange<Body>(
  method: string,
  path: string,
  options: Options = {},
): Promise<{ body: Body; headers: Headers }> {
  const { response, body } = await ask(method, path, options);
  return { body: body as Body, headers: response.headers };
}
