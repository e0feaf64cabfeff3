import { expect, it } from '@jest/globals';
import { QueueError, type Receipt, type ScheduledReceipt } from '@typed-queue/contracts';
import { Outbox, pendingOf } from './outbox.js';

const receipt: Receipt = { id: 'a', epoch: 'b', seq: 1, duplicate: false, durability: 'disk' };

const stored = (seq: number) => (): Promise<Receipt> => Promise.resolve({ ...receipt, seq });

/** Ends when it is cancelled. */
const waiting =
  (code: 'aborted' | 'outcome_unknown' = 'aborted') =>
  (signal: AbortSignal): Promise<Receipt> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new QueueError(code, 'It was cancelled.')));
    });

const outcomesOf = (outbox: Outbox): readonly unknown[] =>
  outbox.view().map(({ event, outcome }) => [event, outcome.kind]);

it('a message is pending until it has a receipt', async () => {
  const outbox = new Outbox();
  const published = outbox.publish('placed', stored(7));
  expect(outcomesOf(outbox)).toEqual([['placed', 'pending']]);
  await published;
  expect(outbox.view()).toEqual([
    { id: 1, event: 'placed', outcome: { kind: 'stored', receipt: { ...receipt, seq: 7 } } },
  ]);
});

const scheduled: ScheduledReceipt = { id: 'a', dueAt: 5_000, durability: 'disk' };

it('a message for later waits', async () => {
  const outbox = new Outbox();
  await outbox.publish('placed', () => Promise.resolve(scheduled));
  expect(outbox.view()).toMatchObject([{ outcome: { kind: 'waits', receipt: scheduled } }]);
});

it('each message has its own outcome', async () => {
  const outbox = new Outbox();
  void outbox.publish('placed', waiting());
  await outbox.publish('paid', () => Promise.reject(new Error('no')));
  await outbox.publish('moved', stored(1));
  expect(outcomesOf(outbox)).toEqual([
    ['placed', 'pending'],
    ['paid', 'failed'],
    ['moved', 'stored'],
  ]);
});

it('a message that is cancelled before it was sent is forgotten, and no other', async () => {
  const outbox = new Outbox();
  const cancelled = outbox.publish('placed', waiting());
  void outbox.publish('paid', waiting());
  outbox.cancel(1);
  await cancelled;
  expect(outcomesOf(outbox)).toEqual([['paid', 'pending']]);
});

it('a message that is cancelled after it was sent has failed', async () => {
  const outbox = new Outbox();
  const cancelled = outbox.publish('placed', waiting('outcome_unknown'));
  outbox.cancelAll();
  await cancelled;
  expect(outcomesOf(outbox)).toEqual([['placed', 'failed']]);
});

const mixed = async (): Promise<Outbox> => {
  const outbox = new Outbox();
  void outbox.publish('pending', waiting());
  await outbox.publish('failed', () => Promise.reject(new Error('no')));
  await outbox.publish('stored', stored(1));
  await outbox.publish('waits', () => Promise.resolve(scheduled));
  return outbox;
};

it('forgets what is stored, also for later', async () => {
  const outbox = await mixed();
  outbox.forgetStored();
  expect(outbox.view().map(({ event }) => event)).toEqual(['pending', 'failed']);
});

it('forgets all but what is pending', async () => {
  const outbox = await mixed();
  outbox.forgetKnown();
  expect(outbox.view()).toEqual(pendingOf(outbox.view()));
  expect(outbox.view()).toHaveLength(1);
});

it('says when something changed, until nobody listens', async () => {
  const outbox = new Outbox();
  let changes = 0;
  const stop = outbox.subscribe(() => (changes += 1));
  await outbox.publish('placed', stored(1));
  stop();
  outbox.forgetKnown();
  expect(changes).toBe(2);
});
