import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { openFrame } from '@typed-queue/contracts/wire';
import { codeOf } from '../code-of.fixture.js';
import { openOutbox } from './outbox.fixture.js';
import { refused, stored } from '../requests.fixture.js';

describe('reconnects', () => {
  it('sends nothing while disconnected', () => {
    const { flush, sent, outbox } = openOutbox();
    void flush(1);
    expect(sent()).toEqual([]);
    outbox.online();
    outbox.offline();
    void flush(2);
    expect(sent()).toEqual([]);
  });

  it('sends unanswered frames again, the same bytes in their order, before newer messages', async () => {
    const { outbox, flush, server, runtime, sent } = openOutbox();
    outbox.online();
    const first = flush(1);
    void flush(2);
    void flush(3);
    server.frames[0]?.answer(stored(1));
    await first;
    outbox.offline();
    void flush(4);
    outbox.online();
    runtime.endTurn();
    expect(sent(3)).toEqual([[2], [3], [4]]);
    expect(server.frames[3]?.frame).toBe(server.frames[1]?.frame);
  });

  it('ignores an answer to an earlier sending', async () => {
    const { outbox, flush, server, quota } = openOutbox();
    outbox.online();
    const receipt = flush(1);
    outbox.offline();
    outbox.online();
    server.frames[0]?.answer(refused('payload_invalid'));
    server.frames[1]?.answer(stored(9));
    server.frames[1]?.answer(stored(10));
    expect(await receipt).toMatchObject({ seq: 9 });
    await quota.empty();
    expect(() => quota.reserve(1, 1e9)).not.toThrow();
  });
});

describe('refusals for reasons of later versions', () => {
  const tomorrow = (retryable: boolean) => {
    const { error } = refused('internal');
    // Safe for a test: no build of today has this code.
    return { ok: false, error: { ...error, code: 'code_of_tomorrow' as 'internal', retryable } } as const;
  };

  it('are retryable when the server says so, else permanent', async () => {
    const { outbox, flush, server, runtime } = openOutbox();
    outbox.online();
    const receipt = flush(1);
    server.frames[0]?.answer(tomorrow(true));
    runtime.fireNextTimer();
    server.frames[1]?.answer(stored(1));
    expect(await receipt).toMatchObject({ seq: 1 });
    const refusal = flush(2);
    server.frames[2]?.answer(tomorrow(false));
    await expect(refusal).rejects.toThrow(/^code_of_tomorrow: /);
  });
});

describe('retryable refusals', () => {
  it.each(['draining', 'overloaded', 'storage_full', 'storage_failed', 'internal'] as const)(
    '%s: stops, and sends the frame and all later ones again after a wait',
    (reason) => {
      const { outbox, flush, server, runtime, sent } = openOutbox();
      outbox.online();
      for (const n of [1, 2, 3]) void flush(n);
      server.frames[0]?.answer(stored(1));
      server.frames[1]?.answer(refused(reason));
      server.frames[2]?.answer(refused(reason));
      void flush(4);
      expect(sent(3)).toEqual([]);
      expect(runtime.timers.size).toBe(1);
      expect(runtime.fireNextTimer()).toBe(100);
      runtime.endTurn();
      expect(sent(3)).toEqual([[2], [3], [4]]);
    },
  );

  it('waits longer each time, up to 5 s, and short again after a success', async () => {
    const { outbox, flush, server, runtime } = openOutbox();
    outbox.online();
    const receipt = flush(1);
    const waits: unknown[] = [];
    for (let time = 0; time < 8; time++) {
      server.frames.at(-1)?.answer(refused('overloaded'));
      waits.push(runtime.fireNextTimer());
    }
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    server.frames.at(-1)?.answer(stored(1));
    await receipt;
    void flush(2);
    server.frames.at(-1)?.answer(refused('overloaded'));
    expect(runtime.fireNextTimer()).toBe(100);
  });

  it('a new connection ends the wait', () => {
    const { outbox, flush, server, runtime, sent } = openOutbox();
    outbox.online();
    void flush(1);
    server.frames[0]?.answer(refused('draining'));
    outbox.offline();
    expect(runtime.timers.size).toBe(0);
    outbox.online();
    expect(sent(1)).toEqual([[1]]);
  });
});

describe('giving up', () => {
  it('rejects aborted for a message that was not sent, and never sends it', async () => {
    const { outbox, publish, runtime, sent, quota } = openOutbox({ maxMessages: 2, maxBytes: 1e9 });
    const controller = new AbortController();
    const gone = publish(1, controller.signal);
    void publish(2);
    controller.abort(new Error('enough'));
    expect(await codeOf(gone)).toBe('aborted');
    await expect(gone).rejects.toMatchObject({ cause: new Error('enough') });
    quota.reserve(1, 1);
    outbox.online();
    runtime.endTurn();
    expect(sent()).toEqual([[2]]);
  });

  it('leaves what was aborted out of its frame, and numbers and receipts are those of the others', async () => {
    const { outbox, publish, publishBatch, runtime, sent, server, quota } = openOutbox();
    const controller = new AbortController();
    const { signal } = controller;
    const gone = [publish(1, signal), publish('é'), publish(3, signal), publish('four')];
    const batch = publishBatch([5, 6], signal);
    const last = publish(7);
    controller.abort();
    expect(await Promise.all([...gone.filter((_, index) => index % 2 === 0), batch].map(codeOf))).toEqual(
      Array.from({ length: 3 }, () => 'aborted'),
    );
    outbox.online();
    runtime.endTurn();
    expect(sent()).toEqual([['é', 'four'], [7]]);
    const headers = server.frames.map(({ frame }) => openFrame(frame).header);
    expect(headers.map(({ firstNumber, published }) => [firstNumber, published])).toEqual([
      [1, 2],
      [3, 1],
    ]);
    server.frames[0]?.answer(stored(1));
    server.frames[1]?.answer(stored(3));
    expect(await gone[1]).toMatchObject({ seq: 1 });
    expect(await gone[3]).toMatchObject({ seq: 2 });
    expect(await last).toMatchObject({ seq: 3 });
    await quota.empty();
  });

  it('sends what is published after all messages of the frame were aborted', () => {
    const { outbox, publish, flush, sent } = openOutbox();
    outbox.online();
    const controller = new AbortController();
    const gone = [1, 2].map((n) => codeOf(publish(n, controller.signal)));
    controller.abort();
    void flush(3);
    expect(sent()).toEqual([[3]]);
    return expect(Promise.all(gone)).resolves.toEqual(['aborted', 'aborted']);
  });

  it('rejects outcome_unknown for a message that was sent, whose frame stays pending', async () => {
    const { outbox, publish, runtime, sent, server, quota } = openOutbox();
    outbox.online();
    const controller = new AbortController();
    const gone = publish(1, controller.signal);
    runtime.endTurn();
    controller.abort();
    expect(await codeOf(gone)).toBe('outcome_unknown');
    outbox.offline();
    outbox.online();
    expect(sent()).toEqual([[1], [1]]);
    server.frames[1]?.answer(stored(1));
    await quota.empty();
  });

  it('listens to no signal longer than needed', async () => {
    const { outbox, publish, runtime, server } = openOutbox();
    outbox.online();
    const { signal } = new AbortController();
    let listeners = 0;
    const counted = Object.assign(Object.create(signal) as AbortSignal, {
      addEventListener: () => listeners++,
      removeEventListener: () => listeners--,
    });
    const receipt = publish(1, counted);
    expect(listeners).toBe(1);
    runtime.endTurn();
    server.frames[0]?.answer(stored(1));
    await receipt;
    expect(listeners).toBe(0);
    const failed = codeOf(publish(2, counted));
    outbox.fail(new QueueError('closed', 'closed'));
    expect(listeners).toBe(0);
    expect(await failed).toBe('closed');
  });

  it('rejects everything when the client fails: what was sent may be stored', async () => {
    const { outbox, flush, server, quota } = openOutbox();
    outbox.online();
    const sent = flush(1);
    outbox.offline();
    const waiting = flush(2);
    outbox.fail(new QueueError('protocol_unsupported', 'too old'));
    expect(await codeOf(sent)).toBe('outcome_unknown');
    expect(await codeOf(waiting)).toBe('protocol_unsupported');
    server.frames[0]?.answer(stored(1));
    await quota.empty();
  });
});
