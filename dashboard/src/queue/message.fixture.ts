import type { AnyMessage } from '@typed-queue/contracts';

export const messageOf = (seq: number, change: Partial<AnyMessage> = {}): AnyMessage => ({
  id: `id-${seq}`,
  queue: 'orders',
  event: 'placed',
  payload: { order: seq },
  headers: {},
  seq,
  time: 1_000 + seq,
  ...change,
});
