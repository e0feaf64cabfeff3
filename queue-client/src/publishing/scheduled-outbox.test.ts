import { describe, expect, it } from '@jest/globals';
import { newId, QueueError, type ScheduledReceipt } from '@typed-queue/contracts';
import type { Result } from '@typed-queue/contracts/wire';
import { codeOf } from '../code-of.fixture.js';
import { refused, RequestLog } from '../requests.fixture.js';
import { ManualRuntime } from '../runtime.fixture.js';
import { OutboxQuota } from './outbox-quota.js';
import { ScheduledOutbox } from './scheduled-outbox.js';
import { scheduledTime } from './scheduled-time.js';

const confirmed = (dueAt: number): Result<ScheduledReceipt> => ({
  ok: true,
  value: { id: 'a', dueAt, durability: 'disk' },
});

/** The outbox of `files`, with a server that answers when the test says so. */
const open = (maxMessages = 100_000) => {
  const runtime = new ManualRuntime();
  const server = new RequestLog();
  const quota = new OutboxQuota({ maxMessages, maxBytes: 1e9 });
  const outbox = new ScheduledOutbox({ queue: 'files', server, quota, runtime });
  const schedule = (payload: unknown, delayMs = 1_000, signal?: AbortSignal): Promise<ScheduledReceipt> => {
    const time = scheduledTime({ delayMs }, runtime.now) ?? (() => ({ delayMs }));
    const draft = { id: newId(), event: 'save', payload: JSON.stringify(payload), headers: '{"key":"k"}' };
    return new Promise((resolve, reject) => outbox.add({ draft, time, signal }, { resolve, reject }));
  };
  /** Payloads and delays that were sent from an index on. */
  const sent = (from = 0) =>
    server.asks.slice(from).map(({ request: [, , message] }) => {
      // Safe: what the outbox sends.
      const { payload, delayMs } = message as { readonly payload: unknown; readonly delayMs: number };
      return [payload, delayMs];
    });
  return { runtime, server, quota, outbox, schedule, sent };
};

describe('a message that is published later', () => {
  it('is sent with all its fields, and resolves with its receipt', async () => {
    const { outbox, schedule, server, quota } = open();
    outbox.online();
    const receipt = schedule({ n: 1 });
    expect(server.asks[0]?.request).toEqual([
      'schedule',
      'files',
      { id: expect.any(String), event: 'save', payload: { n: 1 }, headers: { key: 'k' }, delayMs: 1_000 },
    ]);
    server.asks[0]?.answer(confirmed(7));
    expect(await receipt).toEqual({ id: 'a', dueAt: 7, durability: 'disk' });
    await quota.empty();
  });

  it('waits for a connection, and is sent with what is left of its delay', () => {
    const { outbox, schedule, runtime, sent } = open();
    void schedule(1);
    runtime.pass(400);
    outbox.online();
    outbox.offline();
    runtime.pass(700);
    outbox.online();
    expect(sent()).toEqual([
      [1, 600],
      [1, 0],
    ]);
  });

  it('is sent again on the next connection, and an answer to the connection before is none', async () => {
    const { outbox, schedule, server, sent } = open();
    outbox.online();
    const receipt = schedule(1);
    outbox.offline();
    outbox.online();
    expect(sent()).toHaveLength(2);
    server.asks[0]?.answer(confirmed(1));
    server.asks[1]?.answer(confirmed(2));
    expect(await receipt).toMatchObject({ dueAt: 2 });
  });

  it('is sent again, in its place, after a delay when the server refuses it for now', async () => {
    const { outbox, schedule, server, runtime, sent } = open();
    outbox.online();
    const first = schedule(1);
    const second = schedule(2);
    server.asks[0]?.answer(refused('overloaded'));
    server.asks[1]?.answer(confirmed(2));
    void schedule(3);
    expect(sent()).toHaveLength(2);
    runtime.pass(5_000);
    runtime.round();
    expect(sent(2).map(([payload]) => payload)).toEqual([1, 3]);
    server.asks[2]?.answer(confirmed(1));
    expect(await Promise.all([first, second])).toMatchObject([{ dueAt: 1 }, { dueAt: 2 }]);
  });

  it('rejects with what the server refuses for good', async () => {
    const { outbox, schedule, server, quota } = open();
    outbox.online();
    const receipt = schedule(1);
    server.asks[0]?.answer(refused('payload_invalid'));
    expect(await codeOf(receipt)).toBe('payload_invalid');
    await quota.empty();
  });

  it('counts against the quota of the outbox', async () => {
    const { schedule } = open(1);
    void schedule(1);
    expect(await codeOf(schedule(2))).toBe('outbox_full');
  });

  it('is one of at most 256 requests without an answer', () => {
    const { outbox, schedule, server, sent } = open();
    outbox.online();
    for (let n = 0; n < 300; n++) void schedule(n);
    expect(sent()).toHaveLength(256);
    server.asks[0]?.answer(confirmed(1));
    expect(sent(256).map(([payload]) => payload)).toEqual([256]);
  });

  it('may be given up: with aborted before it was sent, and with outcome_unknown after', async () => {
    const { outbox, schedule, sent, quota } = open();
    const [before, after] = [new AbortController(), new AbortController()];
    const unsent = schedule(1, 0, before.signal);
    before.abort();
    outbox.online();
    const pending = schedule(2, 0, after.signal);
    after.abort();
    expect(await Promise.all([codeOf(unsent), codeOf(pending)])).toEqual(['aborted', 'outcome_unknown']);
    outbox.offline();
    outbox.online();
    expect(sent().map(([payload]) => payload)).toEqual([2]);
    await quota.empty();
  });

  it('rejects when the client is closed: with outcome_unknown when it was sent', async () => {
    const { outbox, schedule } = open();
    outbox.online();
    const pending = schedule(1);
    outbox.offline();
    const unsent = schedule(2);
    outbox.fail(new QueueError('closed', 'The client is closed.'));
    expect(await Promise.all([codeOf(pending), codeOf(unsent)])).toEqual(['outcome_unknown', 'closed']);
  });
});

describe('the time of a message', () => {
  const now = (): number => 0;

  it('is a delay, a Date or milliseconds', () => {
    expect(scheduledTime({ delayMs: 1.2 }, now)?.()).toEqual({ delayMs: 2 });
    expect(scheduledTime({ deliverAt: new Date(7) }, now)?.()).toEqual({ deliverAt: 7 });
    expect(scheduledTime({ deliverAt: 7.5 }, now)?.()).toEqual({ deliverAt: 8 });
    expect(scheduledTime({}, now)).toBeUndefined();
  });

  it.each([
    [{ delayMs: -1 }, 'delayMs'],
    [{ delayMs: 31_536_000_001 }, 'delayMs'],
    [{ delayMs: Number.NaN }, 'delayMs'],
    [{ deliverAt: new Date('never') }, 'deliverAt'],
    [{ deliverAt: -1 }, 'deliverAt'],
    [{ deliverAt: Infinity }, 'deliverAt'],
    [{ deliverAt: 8.64e15 + 1 }, 'deliverAt'],
    [{ deliverAt: 1, delayMs: 1 }, 'deliverAt'],
    [{ delayMs: 1, expectedSeq: 0 }, 'expectedSeq'],
  ])('cannot be %j', (options, field) => {
    expect(() => scheduledTime(options, now)).toThrow(
      expect.objectContaining({ code: 'request_invalid', details: { field } }),
    );
  });
});
