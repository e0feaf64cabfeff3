import { describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { DeadLetter } from './failure.js';
import { pathOf, realGroups } from './real-groups.fixture.js';

const now = realGroups();

describe('a group at a real server', () => {
  it('dead-letters what its handler rejects, and what fails too often, with the history', async () => {
    await now.open();
    const attempts: number[] = [];
    const options = { group: 'g', maxAttempts: 3, retryDelaysMs: [5_000] };
    const given: string[] = [];
    now.queue.on('handler:error', () => undefined);
    now.queue.on('dead-letter', ({ code, message }) => given.push(`${code} ${message.seq}`));
    now.queue.subscribe('files', options, (message, { attempt }) => {
      if (pathOf(message) === 'never') throw new DeadLetter('not a file');
      if (pathOf(message) === 'flaky') {
        attempts.push(attempt);
        throw new Error(`failed ${attempt}`);
      }
    });
    await Promise.all([now.publish('fine'), now.publish('never'), now.publish('flaky')]);
    for (let retry = 1; retry < options.maxAttempts; retry++) {
      await now.server.idle();
      await now.server.clock.advance('5s');
    }
    await now.server.idle();
    expect(attempts).toEqual([1, 2, 3]);
    const found = now.server.deadLettered('files', 'g');
    expect(given).toEqual(found.map(({ code, seq }) => `${code} ${seq}`));
    expect(found.map(({ code, reason, group }) => [code, reason, group])).toEqual([
      ['rejected', 'not a file', 'g'],
      ['attempts_exhausted', 'failed 3', 'g'],
    ]);
    expect(found[1]?.failures.map(({ reason }) => reason)).toEqual(['failed 1', 'failed 2', 'failed 3']);
  });

  it('handles one message of a key at a time, in their order, also when one is retried', async () => {
    await now.open();
    const began: string[] = [];
    const atWork = new Set<string>();
    let failed = false;
    now.queue.on('handler:error', () => undefined);
    const handle = async (message: {
      payload: { path: string };
      headers: Readonly<Record<string, string>>;
    }) => {
      const key = message.headers.key ?? '';
      expect(atWork.has(key)).toBe(false);
      atWork.add(key);
      began.push(pathOf(message));
      await setTimeout(1);
      atWork.delete(key);
      if (message.payload.path !== 'x3' || failed) return;
      failed = true;
      throw new Error('once');
    };
    const options = { group: 'g', concurrency: 8 };
    for (const _member of ['one', 'other']) now.queue.subscribe('files', options, handle);
    const keys = ['x', 'y', 'z'];
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        now.publish(`${keys[n % 3] ?? ''}${Math.floor(n / 3)}`, keys[n % 3]),
      ),
    );
    await now.server.idle();
    await now.server.clock.advance('1s');
    await now.server.idle();
    for (const key of keys) {
      const order = began.filter((path) => path.startsWith(key)).map((path) => Number(path.slice(1)));
      const expected = Array.from({ length: 20 }, (_, n) => n);
      expect(order).toEqual(key === 'x' ? expected.flatMap((n) => (n === 3 ? [3, 3] : [n])) : expected);
    }
  });

  it('gets the selected events, and refuses a member with another selection until the first has left', async () => {
    await now.open();
    const seen: string[] = [];
    const errors: string[] = [];
    now.queue.on('error', ({ error }) => errors.push(error.code));
    const only = now.queue.subscribe(
      'files',
      { group: 'g', events: ['error'] },
      { error: ({ payload }) => void seen.push(payload.code) },
    );
    await only.ready;
    const other = now.queue.subscribe('files', { group: 'g' }, () => undefined);
    await now.publish('a');
    await now.queue.publish('files', 'error', {
      path: 'a',
      operation: 'read',
      code: 'ENOENT',
      message: 'gone',
    });
    await now.server.idle();
    expect(seen).toEqual(['ENOENT']);
    expect(errors).toEqual(['group_conflict']);
    await only.close();
    await other.ready;
    expect(await now.queue.admin.groups('files')).toMatchObject([{ settings: {}, members: [{}] }]);
  });

  it('revokes running messages when an operator moves it', async () => {
    await now.open();
    const aborted: string[] = [];
    let runs = 0;
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    now.queue.subscribe('files', { group: 'g' }, async (message, { signal }) => {
      if (runs++ > 0) return;
      begin();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      aborted.push(pathOf(message));
    });
    await now.publish('a');
    await begun;
    await now.queue.admin.seek('files', 'g', 'start');
    await now.server.idle();
    expect(aborted).toEqual(['a']);
    expect(runs).toBe(2);
  });

  it('reports that it reached its limit of unsettled messages, and continues when some are settled', async () => {
    await now.open({ engine: { maxUnsettled: 5 } });
    const stalled = new Promise((resolve) =>
      now.queue.once('stalled', ({ unsettled }) => resolve(unsettled)),
    );
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let handled = 0;
    now.queue.subscribe('files', { group: 'g', concurrency: 100 }, async () => {
      handled++;
      await released;
    });
    await Promise.all(Array.from({ length: 12 }, (_, n) => now.publish(String(n))));
    expect(await stalled).toBe(5);
    expect(handled).toBe(5);
    release();
    await now.server.idle();
    expect(handled).toBe(12);
  });
});
