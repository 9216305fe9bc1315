/**
 * A beat every two seconds. In a worker, since browsers let the timers of a page that nobody looks at run once a minute, and the Desk
 * takes who is silent for five seconds for gone.
 */
const BEAT_MS = 2000;

setInterval(() => self.postMessage(null), BEAT_MS);
