import { describe, expect, it } from '@jest/globals';
import { MAX_FRAMES_IN_FLIGHT, openFrame } from '@typed-queue/contracts/wire';
import { codeOf } from '../code-of.fixture.js';
import { openOutbox, PRODUCER } from './outbox.fixture.js';
import { refused, stored } from '../requests.fixture.js';

describe('gathering', () => {
  it('sends what is published in one turn as one frame, and nothing before the turn ends', () => {
    const { outbox, publish, sent, runtime } = openOutbox();
    outbox.online();
    for (const n of [1, 2, 3]) void publish(n);
    expect(sent()).toEqual([]);
    expect(runtime.deferred).toBe(1);
    runtime.endTurn();
    expect(sent()).toEqual([[1, 2, 3]]);
    expect(runtime.timers.size).toBe(0);
  });

  it('numbers the messages of the producer from 1', () => {
    const { outbox, publish, runtime, server } = openOutbox();
    outbox.online();
    for (const turn of [[1, 2, 3], [4], [5, 6]]) {
      for (const n of turn) void publish(n);
      runtime.endTurn();
    }
    const headers = server.frames.map(({ frame }) => openFrame(frame).header);
    expect(headers.map(({ firstNumber }) => firstNumber)).toEqual([1, 4, 5]);
    expect(new Set(headers.map(({ producer }) => producer))).toEqual(new Set([PRODUCER]));
  });

  it('bounds a frame in messages and in size', () => {
    const { outbox, publish, runtime, sent } = openOutbox();
    outbox.online();
    for (let n = 0; n < 1_030; n++) void publish(n);
    runtime.endTurn();
    expect(sent().map(({ length }) => length)).toEqual([512, 512, 6]);
    const large = 'x'.repeat(60_000);
    for (let n = 0; n < 5; n++) void publish(large);
    void publish('y'.repeat(900_000));
    runtime.endTurn();
    expect(sent(3).map(({ length }) => length)).toEqual([2, 2, 1, 1]);
  });

  it('keeps a window of frames, and gathers the rest into large ones', () => {
    const { outbox, flush, server, runtime, sent } = openOutbox();
    outbox.online();
    for (let n = 0; n < MAX_FRAMES_IN_FLIGHT + 10; n++) void flush(n);
    expect(sent()).toHaveLength(MAX_FRAMES_IN_FLIGHT);
    server.frames[0]?.answer(stored(1));
    runtime.endTurn();
    expect(sent(MAX_FRAMES_IN_FLIGHT)).toEqual([[64, 65, 66, 67, 68, 69, 70, 71, 72, 73]]);
  });
});

describe('receipts', () => {
  it('resolves the messages of a frame in order', async () => {
    const { outbox, publish, runtime, server, quota } = openOutbox();
    outbox.online();
    const receipts = Promise.all([publish('a'), publish('b')]);
    runtime.endTurn();
    server.frames[0]?.answer(stored(7));
    expect((await receipts).map(({ seq }) => seq)).toEqual([7, 8]);
    await quota.empty();
  });

  it('rejects only the messages that were refused', async () => {
    const { outbox, publish, runtime, server } = openOutbox();
    outbox.online();
    const answers = [publish('a'), publish('b'), publish('c'), publish('d')];
    runtime.endTurn();
    const { error } = refused('payload_invalid');
    server.frames[0]?.answer(
      stored(7, { refused: [{ index: 1, error }], duplicates: [{ index: 2, seq: 3 }] }),
    );
    expect(await Promise.all(answers.map(codeOf))).toEqual([
      'resolved',
      'payload_invalid',
      'resolved',
      'resolved',
    ]);
    expect(await answers[0]).toMatchObject({ seq: 7, duplicate: false });
    expect(await answers[2]).toMatchObject({ seq: 3, duplicate: true });
    expect(await answers[3]).toMatchObject({ seq: 8, duplicate: false, epoch: 'e1', durability: 'disk' });
  });

  it('rejects all messages of a frame that is refused permanently, and sends the next', async () => {
    const { outbox, publish, runtime, server, flush } = openOutbox();
    outbox.online();
    const answers = [publish('a'), publish('b')];
    runtime.endTurn();
    server.frames[0]?.answer(refused('queue_unknown'));
    expect(await Promise.all(answers.map(codeOf))).toEqual(['queue_unknown', 'queue_unknown']);
    const next = flush('c');
    server.frames[1]?.answer(stored(1));
    expect(await next).toMatchObject({ seq: 1 });
  });
});

describe('bounds', () => {
  it('refuses with outbox_full over a number of messages, sent or not, until receipts come', async () => {
    const { outbox, flush, server } = openOutbox({ maxMessages: 2, maxBytes: 1e9 });
    outbox.online();
    const first = flush(1);
    void flush(2);
    expect(await codeOf(flush(3))).toBe('outbox_full');
    server.frames[0]?.answer(stored(1));
    await first;
    void flush(4);
    expect(server.frames).toHaveLength(3);
  });

  it('refuses with outbox_full over a number of bytes', async () => {
    const { publish } = openOutbox({ maxMessages: 100, maxBytes: 100 });
    void publish('x'.repeat(90));
    expect(await codeOf(publish('x'.repeat(9)))).toBe('outbox_full');
    void publish('x'.repeat(6));
  });
});
