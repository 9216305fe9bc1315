/** Where the console is. */
import { parseHash, toHash, type Place } from './hash';

class Router {
  place = $state.raw<Place>({ parts: [], query: new URLSearchParams() });

  /** The page's name: the first part. */
  get page(): string {
    return this.place.parts[0] ?? '';
  }

  start(): void {
    const read = () => (this.place = parseHash(location.hash));
    window.addEventListener('hashchange', read);
    read();
  }

  go(parts: readonly string[], query: Record<string, string> = {}): void {
    location.hash = toHash(parts, query);
  }

  /** The same, without a step to go back to. */
  replace(parts: readonly string[], query: Record<string, string> = {}): void {
    history.replaceState(null, '', toHash(parts, query));
    this.place = parseHash(location.hash);
  }
}

export const router = new Router();
