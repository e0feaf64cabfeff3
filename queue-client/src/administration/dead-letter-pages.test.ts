import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import type { DeadLetter } from '@typed-queue/contracts';
import { codeOf } from '../code-of.fixture.js';
import { eventLoopIdle } from '../runtime.fixture.js';
import { open } from './administration.fixture.js';

/** Their code is loaded when it is needed. */
const firstAsk = async ({ asks }: Pick<ReturnType<typeof open>['server'], 'asks'>): Promise<void> => {
  while (asks.length === 0) await eventLoopIdle();
};

describe('dead letters', () => {
  it('are redriven page by page up to the newest letter of now, and not faster than asked', async () => {
    const { admin, server, runtime, answer } = open();
    admin.online();
    const result = admin.redrive('files', { group: 'g', ratePerSecond: 20 });
    const refused = { position: 9, group: 'g', code: 'payload_invalid', reason: 'no number' };
    await firstAsk(server);
    answer({ redriven: 19, refused: [refused], next: 30, through: 70 });
    await eventLoopIdle();
    expect(server.asks).toHaveLength(1);
    expect(runtime.fireNextTimer()).toBe(950);
    await eventLoopIdle();
    answer({ redriven: 2, refused: [], next: null, through: 70 });
    expect(await result).toEqual({ redriven: 21, refusedCount: 1, refused: [refused], through: 70 });
    expect(server.asks.map(({ request }) => request)).toEqual([
      ['dead-letters:redrive', 'files', { group: 'g', limit: 20 }],
      ['dead-letters:redrive', 'files', { group: 'g', limit: 20, after: 30, through: 70 }],
    ]);
    expect(runtime.timers.size).toBe(0);
  });

  it('are redriven with a report after each page', async () => {
    const { admin, server, answer } = open();
    admin.online();
    const seen: unknown[] = [];
    const result = admin.redrive('files', { progress: (soFar) => seen.push(soFar) });
    await firstAsk(server);
    answer({ redriven: 1_000, refused: [], next: 1_000, through: 1_002 });
    await eventLoopIdle();
    answer({ redriven: 2, refused: [], next: null, through: 1_002 });
    await result;
    expect(seen).toEqual([
      { redriven: 1_000, refusedCount: 0, refused: [], through: 1_002 },
      { redriven: 1_002, refusedCount: 0, refused: [], through: 1_002 },
    ]);
  });

  it('are redriven no further when the signal aborts between two pages', async () => {
    const { admin, server, runtime, answer } = open();
    admin.online();
    const control = new AbortController();
    const result = admin.redrive('files', { ratePerSecond: 1, signal: control.signal });
    await firstAsk(server);
    answer({ redriven: 1, refused: [], next: 1, through: 2 });
    await eventLoopIdle();
    control.abort();
    expect(await codeOf(result)).toBe('aborted');
    expect(server.asks).toHaveLength(1);
    expect(runtime.timers.size).toBe(0);
    expect(getEventListeners(control.signal, 'abort')).toEqual([]);
  });

  it('are counted without a pause in a dry run', async () => {
    const { admin, server, answer } = open();
    admin.online();
    const result = admin.redrive('files', { ratePerSecond: 1, dryRun: true });
    await firstAsk(server);
    answer({ redriven: 1, refused: [], next: 1, through: 2 });
    await eventLoopIdle();
    answer({ redriven: 1, refused: [], next: null, through: 2 });
    expect(await result).toEqual({ redriven: 2, refusedCount: 0, refused: [], through: 2 });
  });

  it('are counted in a dry run with what the pages before took of the room of groups', async () => {
    const { admin, server, answer } = open();
    admin.online();
    const result = admin.redrive('files', { dryRun: true });
    await firstAsk(server);
    answer({ redriven: 1, refused: [], next: 1, through: 2, counted: [['g', 1]] });
    await eventLoopIdle();
    answer({ redriven: 1, refused: [], next: null, through: 2 });
    await result;
    expect(server.asks.map(({ request: [, , query] }) => query)).toEqual([
      { dryRun: true, limit: 1_000 },
      { dryRun: true, limit: 1_000, after: 1, through: 2, counted: [['g', 1]] },
    ]);
  });

  it('are discarded up to the position that a dry run ended at', async () => {
    const { admin, server, answer } = open();
    admin.online();
    const seen: unknown[] = [];
    const result = admin.discard('files', { through: 9, progress: (...soFar) => seen.push(soFar) });
    await firstAsk(server);
    answer({ discarded: 5, next: null, through: 9 });
    await result;
    expect(seen).toEqual([[5, 9]]);
    expect(server.asks[0]?.request).toEqual(['dead-letters:discard', 'files', { limit: 1_000, through: 9 }]);
  });

  it('are discarded page by page', async () => {
    const { admin, server, answer } = open();
    admin.online();
    const seen: number[] = [];
    const options = { reason: 'timeout', dryRun: true };
    const result = admin.discard('files', { ...options, progress: (soFar) => void seen.push(soFar) });
    await firstAsk(server);
    answer({ discarded: 5, next: 8, through: 9 });
    await eventLoopIdle();
    answer({ discarded: 1, next: null, through: 9 });
    expect(await result).toBe(6);
    expect(seen).toEqual([5, 6]);
    const asked = { ...options, limit: 1_000 };
    expect(server.asks.map(({ request }) => request)).toEqual([
      ['dead-letters:discard', 'files', asked],
      ['dead-letters:discard', 'files', { ...asked, after: 8, through: 9 }],
    ]);
  });

  it.each([0, -1, Number.NaN])('are not redriven at a rate of %s', async (ratePerSecond) => {
    const { admin } = open();
    expect(await codeOf(admin.redrive('files', { ratePerSecond }))).toBe('request_invalid');
  });
});

describe('eachDeadLetter', () => {
  const letters = (...positions: readonly number[]) =>
    positions.map((position) => ({ position, code: 'rejected', message: null }) as unknown as DeadLetter);

  it('goes through all pages, empty ones too', async () => {
    const { admin, server, answer } = open();
    admin.online();
    const seen: number[] = [];
    const all = (async () => {
      for await (const { position } of admin.eachDeadLetter('files', { group: 'g', after: 2, limit: 2 })) {
        seen.push(position);
      }
    })();
    await eventLoopIdle();
    answer({ letters: letters(3, 4), next: 4 });
    await eventLoopIdle();
    answer({ letters: [], next: 7 });
    await eventLoopIdle();
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
