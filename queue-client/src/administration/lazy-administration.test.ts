import { describe, expect, it } from '@jest/globals';
import { QueueError, type DeadLetter } from '@typed-queue/contracts';
import { codeOf } from '../code-of.fixture.js';
import { numbers } from '../publishing/numbers.fixture.js';
import { RequestLog } from '../requests.fixture.js';
import { ManualRuntime } from '../runtime.fixture.js';
import { LazyAdministration } from './lazy-administration.js';

/** The administration of a client that is offline; each request is answered with these values, in order. */
const open = (answers: readonly unknown[] = [], checkOpen = (): void => undefined) => {
  const server = new RequestLog();
  const left = [...answers];
  const lazy = new LazyAdministration<typeof numbers>({
    contract: numbers,
    server: {
      send: (...request) => {
        server.send(...request);
        if (left.length > 0) server.asks.at(-1)?.answer({ ok: true, value: left.shift() });
      },
    },
    runtime: new ManualRuntime(),
    checkOpen,
  });
  return { lazy, admin: lazy.admin, requests: () => server.asks.map(({ request }) => request) };
};

describe('the administration', () => {
  it('is loaded by its first calls, whose order it keeps', async () => {
    const { lazy, admin, requests } = open([null, [], { letters: [], gaps: [], next: null }]);
    lazy.online();
    const results = await Promise.all([
      admin.pause('files', 'g'),
      admin.groups('files'),
      admin.deadLetters('files', { limit: 3 }),
    ]);
    expect(requests()).toEqual([
      ['group:pause', 'files', 'g'],
      ['groups', 'files', {}],
      ['dead-letters', 'files', { limit: 3 }],
    ]);
    expect(results).toEqual([undefined, [], { letters: [], gaps: [], next: null }]);
  });

  it('waits for the connection, before and after it is loaded', async () => {
    const { lazy, admin, requests } = open([[], []]);
    const before = admin.queues();
    // Loads it.
    expect(await codeOf(admin.pause('files', ''))).toBe('request_invalid');
    expect(requests()).toEqual([]);
    lazy.online();
    expect(await before).toEqual([]);
    lazy.offline();
    const after = admin.queues();
    expect(await codeOf(admin.pause('files', ''))).toBe('request_invalid');
    expect(requests()).toHaveLength(1);
    lazy.online();
    expect(await after).toEqual([]);
  });

  it('rejects what the client refuses by then, and what it fails later', async () => {
    const closed = new QueueError('closed', 'The client is closed.');
    const refusing = open([], () => {
      throw closed;
    });
    await expect(refusing.admin.queues()).rejects.toBe(closed);
    const { lazy, admin } = open();
    const waiting = admin.queues();
    expect(await codeOf(admin.pause('files', ''))).toBe('request_invalid');
    lazy.fail(closed);
    await expect(waiting).rejects.toBe(closed);
  });

  it('loads for a loop over dead letters, too', async () => {
    const [letter, last] = [1, 2].map((seq) => ({ seq, code: 'rejected', message: null }));
    const { lazy, admin, requests } = open([
      { letters: [letter], gaps: [], next: 7 },
      { letters: [last], gaps: [], next: null },
    ]);
    lazy.online();
    const letters: DeadLetter[] = [];
    for await (const each of admin.eachDeadLetter('files', { limit: 1 })) letters.push(each);
    expect(letters).toEqual([letter, last]);
    expect(requests().map(([, , query]) => query)).toEqual([{ limit: 1 }, { limit: 1, after: 7 }]);
  });
});
