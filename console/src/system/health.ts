/** `/healthz`, which is beside the API and answers 503 with the same body when something is wrong. */
import { ApiError } from '../api/errors';
import type { Health } from '../api/types';

export async function health(): Promise<Health> {
  let response: Response;
  try {
    response = await fetch('/healthz', { cache: 'no-store', credentials: 'same-origin' });
  } catch {
    throw new ApiError(0, 'offline', 'no answer');
  }
  const body: unknown = await response.json().catch(() => null);
  if (!isHealth(body)) throw new ApiError(response.status, `http_${response.status}`, `HTTP ${response.status}`);
  return body;
}

function isHealth(body: unknown): body is Health {
  return (
    typeof body === 'object' && body !== null && 'ok' in body && 'problems' in body && Array.isArray(body.problems)
  );
}
