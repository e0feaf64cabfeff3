import { describe, expect, it } from '@jest/globals';
import type { Priority } from '@typed-queue/contracts';
import { realGroups } from './real-groups.fixture.js';

const now = realGroups();
/** The member holds one message at a time. */
const ONE = { messages: 1 };

const publish = (path: string, priority: Priority, key?: string): Promise<unknown> => {
  const payload = { path, bytes: 1, sha256: 'a', durationMs: 1 };
  const headers = key === undefined ? { priority } : { priority, key };
  return now.queue.publish('files', 'save', payload, { headers });
};

describe('a group with priorities at a real server', () => {
  it.each(['memory', 'disk'] as const)('handles higher ones first (%s)', async (storage) => {
    await now.open({ storage });
    const seen: string[] = [];
    await Promise.all([publish('low', 0), publish('high', 9), publish('middle', 5), publish('high too', 9)]);
    now.queue.subscribe('files', { group: 'g', priorities: true, window: ONE }, ({ payload, headers }) => {
      seen.push(`${payload.path}: ${headers.priority}`);
    });
    await now.server.idle();
    expect(seen).toEqual(['high: 9', 'high too: 9', 'middle: 5', 'low: 0']);
  });

  it('handles a message that failed at its priority again', async () => {
    await now.open();
    const seen: string[] = [];
    now.queue.on('handler:error', () => undefined);
    const options = { group: 'g', priorities: true, window: ONE, retryDelaysMs: [1_000] };
    const group = now.queue.subscribe('files', options, ({ payload }, { attempt }) => {
      seen.push(`${payload.path} ${attempt}`);
      if (payload.path === 'flaky' && attempt === 1) throw new Error('once');
    });
    await publish('flaky', 9);
    await now.server.idle();
    await group.close();
    await Promise.all([publish('low', 0), publish('middle', 5)]);
    await now.server.clock.advance('1s');
    now.queue.subscribe('files', options, ({ payload }, { attempt }) => {
      seen.push(`${payload.path} ${attempt}`);
    });
    await now.server.idle();
    expect(seen).toEqual(['flaky 1', 'flaky 2', 'middle 1', 'low 1']);
  });

  it('keeps the order of a key', async () => {
    await now.open();
    const seen: string[] = [];
    await Promise.all([publish('first', 0, 'x'), publish('second', 9, 'x'), publish('other', 3)]);
    now.queue.subscribe('files', { group: 'g', priorities: true, concurrency: 4 }, ({ payload }) => {
      seen.push(payload.path);
    });
    await now.server.idle();
    expect(seen).toEqual(['other', 'first', 'second']);
  });

  it('shows its setting, and makes a member wait that gives another', async () => {
    await now.open();
    const first = now.queue.subscribe('files', { group: 'g', priorities: true }, () => undefined);
    await first.ready;
    const codes: string[] = [];
    now.queue.on('error', ({ error }) => codes.push(error.code));
    const other = now.queue.subscribe('files', { group: 'g' }, () => undefined);
    const refused = new Promise((resolve) => now.queue.once('error', resolve));
    await refused;
    expect(codes).toEqual(['group_conflict']);
    expect(await now.queue.admin.groups('files')).toMatchObject([{ settings: { priorities: true } }]);
    await Promise.all([first.close(), other.close()]);
  });
});
