import { describe, expect, it } from '@jest/globals';
import type { QueueClient, Subscription } from '../client.js';
import type { SystemContract } from '@typed-queue/contracts';
import { pathOf, realGroups } from './real-groups.fixture.js';

const now = realGroups();

/** What a handler waits for: an answer of the server on another connection. */
const work = (): Promise<unknown> => now.queue.admin.queues();

interface Ends {
  readonly close: () => Promise<void>;
  readonly done: () => void;
}

/** Ways to close in a handler. */
const ways: Readonly<Record<string, (ends: Ends) => unknown>> = {
  'at once, not awaited': ({ close, done }) => {
    void close();
    done();
  },
  'first thing, not awaited': async ({ close, done }) => {
    void close();
    await work();
    done();
  },
  'first thing, awaited': async ({ close, done }) => {
    await close();
    done();
  },
  'after an await, awaited before the work': async ({ close, done }) => {
    await work();
    await close();
    await work();
    done();
  },
  'after the work, not awaited': async ({ close, done }) => {
    await work();
    done();
    void close();
  },
  'after the work, awaited': async ({ close, done }) => {
    await work();
    done();
    await close();
  },
  'twice, both awaited': async ({ close, done }) => {
    await Promise.all([close(), close()]);
    done();
  },
};

const whats = ['subscription', 'client'] as const;
const all = whats.flatMap((what) => Object.entries(ways).map(([how, handle]) => ({ what, how, handle })));

describe('a handler that closes its own', () => {
  it.each(all)(
    '$what $how: its message is acknowledged once, without a deadlock',
    async ({ what, handle }) => {
      await now.open();
      await Promise.all(['a', 'b', 'c'].map((path) => now.publish(path)));
      const client: QueueClient<SystemContract> = now.server.connect();
      const done: string[] = [];
      const wrong: string[] = [];
      client.on('lease:lost', () => wrong.push('lease:lost'));
      const closes: Promise<void>[] = [];
      let subscription: Subscription | undefined;
      const close = (): Promise<void> => {
        const closed = (what === 'client' ? client.close() : subscription?.close()) ?? Promise.resolve();
        closes.push(closed);
        return closed;
      };
      await new Promise<void>((resolve) => {
        subscription = client.subscribe('files', { group: 'g' }, (message, { signal }) => {
          signal.addEventListener('abort', () => wrong.push('aborted'));
          return handle({
            close,
            done: () => {
              done.push(pathOf(message));
              resolve();
            },
          });
        });
      });
      await Promise.all(closes);
      await client.close();
      expect(done).toEqual(['a']);
      expect(wrong).toEqual([]);
      const left: string[] = [];
      now.queue.subscribe('files', { group: 'g' }, (message, { attempt }) =>
        left.push(`${pathOf(message)} ${attempt}`),
      );
      await now.server.idle();
      expect(left).toEqual(['b 1', 'c 1']);
    },
  );
});
