import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { QueueError } from '@typed-queue/contracts';
import { codeOf } from '../code-of.fixture.js';
import { refused } from '../requests.fixture.js';
import { eventLoopIdle } from '../runtime.fixture.js';
import { open } from './administration.fixture.js';

describe('requests', () => {
  it('are sent as they are called, and resolve with their answers', async () => {
    const { admin, server, runtime, answer } = open();
    admin.online();
    const query = { group: 'g', limit: 3 };
    const calls = [
      [() => admin.queues(), ['queues'], []],
      [() => admin.groups('files'), ['groups', 'files', {}], []],
      [() => admin.services('files'), ['services', 'files'], [{ call: 'reserve' }]],
      [() => admin.seek('files', 'g', { time: 7 }), ['group:seek', 'files', 'g', { time: 7 }], undefined],
      [() => admin.pause('files', 'g'), ['group:pause', 'files', 'g'], undefined],
      [() => admin.resume('files', 'g'), ['group:resume', 'files', 'g'], undefined],
      [() => admin.delete('files', 'g'), ['group:delete', 'files', 'g'], undefined],
      [() => admin.purge('files', { before: 9 }), ['queue:purge', 'files', 9], { firstSeq: 9 }],
      [() => admin.deadLetters('files'), ['dead-letters', 'files', {}], { letters: [], next: null }],
      [() => admin.overview(), ['overview', {}], { queues: [] }],
      [() => admin.overview({ limit: 3 }), ['overview', { limit: 3 }], { queues: [] }],
      [() => admin.history({ queue: 'files' }), ['history', { queue: 'files' }], { from: 1 }],
      [() => admin.message('files', 7), ['message', 'files', 7, {}], { seq: 7 }],
      [() => admin.seqAt('files', { time: 7 }), ['seq-at', 'files', { time: 7 }], { seq: 3 }],
      [
        () => admin.describe('files'),
        ['contract', 'files', null, { annotations: true }],
        { hash: 'h', events: {}, calls: {}, failures: {} },
      ],
      [() => admin.differingClients('files'), ['contract:clients', 'files'], { clients: [], others: 0 }],
      [() => admin.deadLetterSummary('files'), ['dead-letters:summary', 'files'], { letters: 0 }],
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

  it('describe a queue without calls and failures where the server sends none', async () => {
    const { admin, answer } = open();
    admin.online();
    const described = admin.describe('files');
    answer({ hash: 'h', partial: false, events: { save: {} } });
    expect(await described).toEqual({
      hash: 'h',
      partial: false,
      events: { save: {} },
      calls: {},
      failures: {},
    });
  });

  it('redrive one dead letter with another payload', async () => {
    const { admin, server, answer } = open();
    admin.online();
    const refused = [{ position: 7, group: 'g', code: 'group_unknown', reason: 'it is gone' }];
    const edited = admin.redriveEdited('files', 7, { n: 1 }, { dryRun: true });
    expect(server.asks.at(-1)?.request).toEqual([
      'dead-letters:redrive',
      'files',
      { positions: [7], payload: { n: 1 }, dryRun: true },
    ]);
    answer({ redriven: 0, refused, next: null, through: 7 });
    expect(await edited).toEqual({ redriven: 0, refusedCount: 1, refused, through: 7 });
  });

  it('purge up to the newest message of now, so that sent again they remove nothing newer', async () => {
    const { admin, server, answer } = open();
    admin.online();
    const purged = admin.purge('files');
    answer([
      { queue: 'other', lastSeq: 9 },
      { queue: 'files', lastSeq: 41 },
    ]);
    await eventLoopIdle();
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
    await eventLoopIdle();
    expect(server.asks.at(-1)?.request).toEqual(['groups', 'files', { after: 'g0999' }]);
    answer([{ group: 'h' }]);
    expect(await paged).toHaveLength(1_001);
    const whole = admin.groups('files');
    answer(page);
    await eventLoopIdle();
    answer(page);
    expect(await whole).toHaveLength(1_000);
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
    expect(runtime.fireNextTimer()).toBe(3_300);
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
    expect(runtime.fireNextTimer()).toBe(1_000);
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
    expect(runtime.fireNextTimer()).toBe(10_000);
    await expect(waiting).rejects.toMatchObject({
      code: 'aborted',
      retryable: true,
      message: '"queues" was not answered within 10000 ms; there was no connection to send it by.',
    });
    admin.online();
    const sent = admin.purge('files', { timeoutMs: 5 });
    expect(runtime.fireNextTimer()).toBe(5);
    expect(await codeOf(sent)).toBe('outcome_unknown');
    answer(null);
  });

  it('give up when their signal aborts', async () => {
    const { admin, server, runtime } = open();
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = admin.queues({ signal });
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toMatchObject({ code: 'aborted', cause: { message: 'enough' } });
    admin.online();
    expect(server.asks).toEqual([]);
    expect(runtime.timers.size).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('never begin when their signal was aborted before', async () => {
    expect(await codeOf(open().admin.queues({ signal: AbortSignal.abort() }))).toBe('aborted');
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
