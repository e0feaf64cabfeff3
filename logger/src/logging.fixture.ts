import { QueueError } from '@typed-queue/contracts';
import type { TailItem } from '@typed-queue/queue-client';
import { save } from './fake-queue.fixture.js';

type ItemOf<Kind> = Extract<TailItem, { readonly kind: Kind }>;

export const message = (seq: number): ItemOf<'message'> => ({ kind: 'message', message: save(seq) });

/** As a client makes it of a message whose `bytes` are none. */
export const invalid = (seq: number): ItemOf<'invalid'> => {
  const issues = [{ path: 'bytes', message: 'expected number' }];
  const text = `The save at seq ${seq} of "files" does not match this contract: bytes: expected number.`;
  return {
    kind: 'invalid',
    message: { ...save(seq), payload: { path: '/a', bytes: 'many' } },
    error: new QueueError('contract_mismatch', text, { details: { issues } }),
  };
};

/** Whether a promise is settled after everything that is ready to run has run. */
export const settled = async (promise?: Promise<unknown>): Promise<boolean> => {
  let done = false;
  const settle = (): void => void (done = true);
  promise?.then(settle, settle);
  await new Promise((resolve) => setImmediate(resolve));
  return done;
};
