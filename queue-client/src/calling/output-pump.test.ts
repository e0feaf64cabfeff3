import { describe, expect, it } from '@jest/globals';
import type { AnyFail } from '../failures/declared-failure.js';
import { deadlineOf } from './inherited-deadline.js';
import type { AnyResponder, ResponderMap } from './responder.js';
import { openServing } from './servings.fixture.js';

describe('a responder of a stream', () => {
  const MOVEMENTS = { call: 'movements', window: 2 };
  const movements = (respond: AnyResponder): ResponderMap => ({ movements: respond });

  it('is asked for outputs only while they may be sent, until its end', async () => {
    const asked: number[] = [];
    const { answered, socket, settled, replies } = openServing(
      movements(async function* () {
        for (let item = 1; item <= 3; item++) {
          asked.push(item);
          yield item;
        }
      }),
    );
    await answered(MOVEMENTS);
    expect(asked).toEqual([1, 2]);
    socket.fire('invocation:more', 1, 2);
    await settled();
    expect(replies()).toEqual([
      ...['1', '2', '3'].map((text) => ({ token: 1, kind: 'item', output: text })),
      { token: 1, kind: 'end' },
    ]);
  });

  it('is returned when nobody takes its outputs any more, and replies once', async () => {
    const cleanups: string[] = [];
    const { answered, socket, settled, replies } = openServing(
      movements(async function* () {
        try {
          for (;;) yield 1;
        } finally {
          cleanups.push('done');
        }
      }),
    );
    await answered(MOVEMENTS);
    socket.fire('invocation:end', [1]);
    await settled();
    expect(cleanups).toEqual(['done']);
    expect(replies().slice(2)).toEqual([{ token: 1, kind: 'end' }]);
  });

  it('that waits is returned as well, and may use its signal', async () => {
    const { answered, socket, settled, replies, events } = openServing(
      movements(async function* (_, { signal }) {
        yield 1;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        throw new Error('left');
      }),
    );
    await answered(MOVEMENTS);
    socket.fire('invocation:end', [1]);
    await settled();
    expect(replies().slice(1)).toMatchObject([{ token: 1, kind: 'error' }]);
    expect(events).toEqual([]);
  });

  it('fails as the contract declares, after its outputs', async () => {
    const { answered } = openServing(
      movements(async function* (_, { fail }) {
        yield 1;
        throw (fail as AnyFail)('archived');
      }),
    );
    expect(await answered(MOVEMENTS)).toMatchObject([
      { kind: 'item' },
      { kind: 'failure', failure: { code: 'archived' } },
    ]);
  });

  it('whose output does not match the contract is returned', async () => {
    const cleanups: string[] = [];
    const { answered, events } = openServing(
      movements(async function* () {
        try {
          yield 'one';
        } finally {
          cleanups.push('done');
        }
      }),
    );
    expect(await answered(MOVEMENTS)).toMatchObject([{ kind: 'error', error: { code: 'answer_invalid' } }]);
    expect(cleanups).toEqual(['done']);
    expect(events).toMatchObject([['call:error', { call: 'movements' }]]);
  });

  it('that returns no iterable has failed', async () => {
    const { answered, events } = openServing(movements(() => [1, 2]));
    expect(await answered(MOVEMENTS)).toMatchObject([{ kind: 'error', error: { code: 'call_failed' } }]);
    expect(events).toMatchObject([['call:error', { error: expect.any(TypeError) }]]);
  });

  it('makes calls with the deadline of its caller until the first item', async () => {
    const deadlines: number[] = [];
    const { answered, runtime } = openServing(
      movements(async function* (_, { signal }) {
        deadlines.push(deadlineOf(signal));
        yield 1;
        deadlines.push(deadlineOf(signal));
      }),
    );
    await answered(MOVEMENTS);
    expect(deadlines).toEqual([runtime.now() + 1_000, Infinity]);
  });
});
