interface Rest {
  field?: string;
  line?: number;
  retryAfter?: number;
}

/** What went wrong with a request, in a form that a page can decide by. */
export class ApiError extends Error {
  /** HTTP's status; 0 when no answer came. */
  readonly status: number;
  /** The API's word for it (`conflict`, `window`, …), `offline` when no answer came. */
  readonly code: string;
  /** Which field of what was sent is wrong. */
  readonly field: string | undefined;
  /** Which line of a document is wrong, from 1. */
  readonly line: number | undefined;
  /** Seconds after which a repeat may be taken. */
  readonly retryAfter: number | undefined;

  constructor(status: number, code: string, message: string, rest: Rest = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.field = rest.field;
    this.line = rest.line;
    this.retryAfter = rest.retryAfter;
  }

  /** Nothing is known about what became of the request: a repeat with the same `client_id` finds out. */
  get isOffline(): boolean {
    return this.status === 0;
  }
}

/** Reads the API's error body, and makes do with the status when there is none. */
export function errorOf(status: number, body: unknown, retryAfter: string | null): ApiError {
  const seconds = Number(retryAfter);
  const rest: Rest = {};
  if (retryAfter !== null && Number.isFinite(seconds)) rest.retryAfter = seconds;
  const error = isRecord(body) && isRecord(body.error) ? body.error : {};
  if (typeof error.field === 'string') rest.field = error.field;
  if (typeof error.line === 'number') rest.line = error.line;
  const code = typeof error.code === 'string' ? error.code : `http_${status}`;
  const message = typeof error.message === 'string' ? error.message : `HTTP ${status}`;
  return new ApiError(status, code, message, rest);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
