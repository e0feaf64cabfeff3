import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { QueueError, type DeadLetter } from '@typed-queue/contracts';
import { codeOf } from '../code-of.fixture.js';
import type { numbers } from '../publishing/numbers.fixture.js';
import { refused, RequestLog } from '../requests.fixture.js';
import { ManualRuntime, settled } from '../runtime.fixture.js';
import { Administration } from './administration.js';

const open = (checkOpen = (): void => undefined) => {
  const runtime = new ManualRuntime();
  const server = new RequestLog();
  const admin = new Administration<typeof numbers>({ server, runtime, checkOpen });
  const answer = (value: unknown, index = -1): void => server.asks.at(index)?.answer({ ok: true, value });
  return { admin, server, runtime, answer };
};

describe('requests', () => {
  it('are sent as they are called, and resolve with their answers', async () => {
    const { admin, server, runtime, answer } = open();
    admin.online();
    const query = { group: 'g', limit: 3 };
    const calls = [
      [() => admin.queues(), ['queues'], []],
      [() => admin.groups('files'), ['groups', 'files', {}], []],
      [() => admin.seek('files', 'g', { time: 7 }), ['group:seek', 'files', 'g', { time: 7 }], undefined],
      [() => admin.pause('files', 'g'), ['group:pause', 'files', 'g'], undefined],
      [() => admin.resume('files', 'g'), ['group:resume', 'files', 'g'], undefined],
      [() => admin.delete('files', 'g'), ['group:delete', 'files', 'g'], undefined],
      [() => admin.purge('files', { before: 9 }), ['queue:purge', 'files', 9], { firstSeq: 9 }],
      [() => admin.deadLetters('files'), ['dead-letters', 'files', {}], { letters: [], next: null }],
      [() => admin.deadLetters('files', query), ['dead-letters', 'files', query], { letters: [], next: 4 }],
    ] as const;
    for (const [call, request, result] of calls) {
      const called = call();
      expect(server.asks.at(-1)?.request).toEqual(request);
      answer(result ?? null);
      expect(await called).toEqual(result);
    }
    expect(runtime.timers.size).toBe(0);
  });

  it('purge up to the newest message of now, so that sent again they remove nothing newer', async () => {
    const { admin, server, answer } = open();
    admin.online();
    const purged = admin.purge('files');
    answer([
      { queue: 'other', lastSeq: 9 },
      { queue: 'files', lastSeq: 41 },
    ]);
    await settled();
    expect(server.asks.at(-1)?.request).toEqual(['queue:purge', 'files', 42]);
    answer({ firstSeq: 42 });
    expect(await purged).toEqual({ firstSeq: 42 });
  });

  it('wait for the connection, and are sent again on the next one', async () => {
    const { admin, server, answer } = open();
    const groups = admin.groups('files');
    const paused = admin.pause('files', 'g');
    expect(server.asks).toEqual([]);
    admin.online();
    answer([], 0);
    admin.offline();
    admin.online();
    answer(null);
    await Promise.all([groups, paused]);
    expect(server.asks.map(({ request: [name] }) => name)).toEqual(['groups', 'group:pause', 'group:pause']);
    admin.offline();
    const later = admin.queues();
    expect(server.asks.length).toBe(3);
    admin.online();
    answer([]);
    await later;
    expect(server.asks.length).toBe(4);
  });

  it('ask for groups page by page, and for one page of a server that knows no pages', async () => {
    const { admin, server, answer } = open();
    admin.online();
    const page = Array.from({ length: 1_000 }, (_, n) => ({ group: `g${String(n).padStart(4, '0')}` }));
    const paged = admin.groups('files');
    answer(page);
    await settled();
    expect(server.asks.at(-1)?.request).toEqual(['groups', 'files', { after: 'g0999' }]);
    answer([{ group: 'h' }]);
    expect(await paged).toHaveLength(1_001);
    const whole = admin.groups('files');
    answer(page);
    await settled();
    answer(page);
    expect(await whole).toHaveLength(1_000);
  });

  it('redrive page by page up to the newest letter of now, and not faster than they may', async () => {
    const { admin, server, runtime, answer } = open();
    admin.online();
    const result = admin.redrive('files', { group: 'g', ratePerSecond: 20 });
    const refused = { position: 9, group: 'g', code: 'payload_invalid', reason: 'no number' };
    answer({ redriven: 19, refused: [refused], next: 30, through: 70 });
    await settled();
    expect(server.asks).toHaveLength(1);
    expect(runtime.fire()).toBe(950);
    await settled();
    answer({ redriven: 2, refused: [], next: null, through: 70 });
    expect(await result).toEqual({ redriven: 21, refusedCount: 1, refused: [refused] });
    expect(server.asks.map(({ request }) => request)).toEqual([
      ['dead-letters:redrive', 'files', { group: 'g', limit: 20 }],
      ['dead-letters:redrive', 'files', { group: 'g', limit: 20, after: 30, through: 70 }],
    ]);
    expect(runtime.timers.size).toBe(0);
  });

  it('redrive nothing more when the signal aborts between two pages', async () => {
    const { admin, server, runtime, answer } = open();
    admin.online();
    const control = new AbortController();
    const result = admin.redrive('files', { ratePerSecond: 1, signal: control.signal });
    answer({ redriven: 1, refused: [], next: 1, through: 2 });
    await settled();
    control.abort();
    expect(await codeOf(result)).toBe('aborted');
    expect(server.asks).toHaveLength(1);
    expect(runtime.timers.size).toBe(0);
    expect(getEventListeners(control.signal, 'abort')).toEqual([]);
  });

  it('count without a pause in a dry run', async () => {
    const { admin, answer } = open();
    admin.online();
    const result = admin.redrive('files', { ratePerSecond: 1, dryRun: true });
    answer({ redriven: 1, refused: [], next: 1, through: 2 });
    await settled();
    answer({ redriven: 1, refused: [], next: null, through: 2 });
    expect(await result).toEqual({ redriven: 2, refusedCount: 0, refused: [] });
  });

  it('discard page by page', async () => {
    const { admin, server, answer } = open();
    admin.online();
    const result = admin.discard('files', { reason: 'timeout', dryRun: true });
    answer({ discarded: 5, next: 8, through: 9 });
    await settled();
    answer({ discarded: 1, next: null, through: 9 });
    expect(await result).toBe(6);
    const asked = { reason: 'timeout', dryRun: true, limit: 1_000 };
    expect(server.asks.map(({ request }) => request)).toEqual([
      ['dead-letters:discard', 'files', asked],
      ['dead-letters:discard', 'files', { ...asked, after: 8, through: 9 }],
    ]);
  });

  it.each([0, -1, Number.NaN])('refuse to redrive at a rate of %s', async (ratePerSecond) => {
    const { admin } = open();
    expect(await codeOf(admin.redrive('files', { ratePerSecond }))).toBe('request_invalid');
  });

  it('a group that was deleted the time before is deleted', async () => {
    const { admin, server } = open();
    admin.online();
    const unknown = admin.delete('files', 'g');
    server.asks[0]?.answer(refused('group_unknown'));
    expect(await codeOf(unknown)).toBe('group_unknown');
    const deleted = admin.delete('files', 'g');
    admin.online();
    server.asks[2]?.answer(refused('group_unknown'));
    await deleted;
  });

  it('are sent again when they are over a rate limit, as late as the server says', async () => {
    const { admin, server, runtime, answer } = open();
    admin.online();
    const queues = admin.queues();
    server.asks[0]?.answer(refused('rate_limited', { retryAfterMs: 3_000 }));
    expect(runtime.fire()).toBe(3_300);
    expect(server.asks).toHaveLength(2);
    answer([]);
    expect(await queues).toEqual([]);
    expect(runtime.timers.size).toBe(0);
  });

  it('wait for the next connection when theirs is lost before they are sent again', async () => {
    const { admin, server, runtime, answer } = open();
    admin.online();
    const queues = admin.queues();
    server.asks[0]?.answer(refused('rate_limited', { retryAfterMs: 3_000 }));
    admin.offline();
    expect([...runtime.timers.values()]).toEqual([10_000]);
    admin.online();
    expect(server.asks).toHaveLength(2);
    answer([]);
    expect(await queues).toEqual([]);
  });

  it('give up when their time is over before they may be sent again', async () => {
    const { admin, server, runtime } = open();
    admin.online();
    const queues = admin.queues({ timeoutMs: 1_000 });
    server.asks[0]?.answer(refused('rate_limited', { retryAfterMs: 3_000 }));
    expect(runtime.fire()).toBe(1_000);
    expect(await codeOf(queues)).toBe('outcome_unknown');
    expect(runtime.timers.size).toBe(0);
  });

  it('reject with what the server refuses, also temporarily', async () => {
    const { admin, server } = open();
    admin.online();
    const deleted = admin.delete('files', 'g');
    server.asks[0]?.answer(refused('group_in_use'));
    const listed = admin.queues();
    server.asks[1]?.answer(refused('draining'));
    expect(await codeOf(deleted)).toBe('group_in_use');
    expect(await codeOf(listed)).toBe('draining');
  });

  it('give up when the time is over', async () => {
    const { admin, runtime, answer } = open();
    const waiting = admin.queues();
    expect(runtime.fire()).toBe(10_000);
    await expect(waiting).rejects.toMatchObject({
      code: 'aborted',
      retryable: true,
      message: '"queues" was not answered within 10000 ms; there was no connection to send it by.',
    });
    admin.online();
    const sent = admin.purge('files', { timeoutMs: 5 });
    expect(runtime.fire()).toBe(5);
    expect(await codeOf(sent)).toBe('outcome_unknown');
    answer(null);
  });

  it('give up when their signal aborts, before they begin or later', async () => {
    const { admin, server, runtime } = open();
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = admin.queues({ signal });
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toMatchObject({ code: 'aborted', cause: { message: 'enough' } });
    expect(await codeOf(admin.queues({ signal }))).toBe('aborted');
    admin.online();
    expect(server.asks).toEqual([]);
    expect(runtime.timers.size).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('fail with the client, and are refused when it is closed', async () => {
    const closed = new QueueError('closed', 'The client is closed.');
    const { admin, runtime } = open();
    const waiting = admin.queues();
    admin.fail(closed);
    expect(await codeOf(waiting)).toBe('closed');
    expect(runtime.timers.size).toBe(0);
    const late = open(() => {
      throw closed;
    });
    expect(await codeOf(late.admin.queues())).toBe('closed');
  });
});

describe('eachDeadLetter', () => {
  const letters = (...positions: readonly number[]) =>
    positions.map((position) => ({ position }) as unknown as DeadLetter);

  it('goes through all pages, empty ones too', async () => {
    const { admin, server, answer } = open();
    admin.online();
    const seen: number[] = [];
    const all = (async () => {
      for await (const { position } of admin.eachDeadLetter('files', { group: 'g', after: 2, limit: 2 })) {
        seen.push(position);
      }
    })();
    await settled();
    answer({ letters: letters(3, 4), next: 4 });
    await settled();
    answer({ letters: [], next: 7 });
    await settled();
    answer({ letters: letters(9), next: null });
    await all;
    expect(seen).toEqual([3, 4, 9]);
    expect(server.asks.map(({ request: [, , query] }) => query)).toEqual([
      { group: 'g', after: 2, limit: 2 },
      { group: 'g', after: 4, limit: 2 },
      { group: 'g', after: 7, limit: 2 },
    ]);
  });

  it('asks for no further page when its loop is left', async () => {
    const { admin, server, answer } = open();
    admin.online();
    const pages = admin.eachDeadLetter('files');
    const first = pages.next();
    answer({ letters: letters(1), next: 1 });
    await first;
    await pages.return(undefined);
    expect(await pages.next()).toEqual({ done: true, value: undefined });
    expect(server.asks).toHaveLength(1);
  });
});
