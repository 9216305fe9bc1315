/** The server's time, a second at a time, for everything that counts down. */
import { clockSkew } from '../api/client';

class Clock {
  now = $state(Date.now());

  start(): void {
    setInterval(() => (this.now = Date.now() + clockSkew()), 1000);
  }
}

export const clock = new Clock();
