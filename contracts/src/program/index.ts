/** What every program needs to start and to stop. Not for browsers. */
export { stopSignal } from './stop-signal.js';

export type { Signalled } from './stop-signal.js';
