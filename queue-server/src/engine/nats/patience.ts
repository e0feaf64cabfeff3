import type { After } from '@typed-queue/contracts/wire';
import { failureOf, isPassing } from './failure.js';

/** A cluster whose nodes all started again elects its leaders in up to 11 s. */
const PATIENCE_MS = 20_000;
const RETRY_MS = 250;

/** Asks again for some seconds where NATS does not answer, or cannot at the moment: its nodes may have just started. */
export const patiently = async <T>(ask: () => Promise<T>, after: After): Promise<T> => {
  const began = performance.now();
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isPassing(failureOf(error)) || performance.now() - began > PATIENCE_MS) throw error;
      await new Promise<void>((resolve) => void after(RETRY_MS, resolve));
    }
  }
};
