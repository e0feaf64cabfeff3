import { get } from 'node:http';
import { setTimeout } from 'node:timers/promises';

const PAUSE_MS = 100;
const TIMEOUT_MS = 10_000;

export interface Probed {
  readonly probes: number;
  readonly failed: number;
  /** The longest wait for an answer, in milliseconds. */
  readonly worstMs: number;
}

/** Whether a server says that it lives, on a connection of its own. */
export const isLive = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/livez', agent: false, timeout: TIMEOUT_MS });
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });

/** Asks for `/livez` ten times a second until it is stopped. */
export const startProbe = (port: number): { readonly stop: () => Promise<Probed> } => {
  const stop = new AbortController();
  const probing = (async () => {
    const probed = { probes: 0, failed: 0, worstMs: 0 };
    while (!stop.signal.aborted) {
      const began = performance.now();
      const live = await isLive(port);
      probed.probes++;
      if (!live) probed.failed++;
      probed.worstMs = Math.max(probed.worstMs, Math.round(performance.now() - began));
      await setTimeout(PAUSE_MS);
    }
    return probed;
  })();
  return {
    stop: () => {
      stop.abort();
      return probing;
    },
  };
};
