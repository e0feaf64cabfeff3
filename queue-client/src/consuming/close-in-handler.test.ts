import { describe, expect, it } from '@jest/globals';
import { eventLoopIdle } from '../runtime.fixture.js';
import { gate, openSubscription } from './subscription.fixture.js';

/** A subscription with two running handlers, of which the first closes it. */
const open = () => {
  const works = [gate(), gate()];
  const opened = openSubscription(({ seq }) => works[seq - 1]?.promise, { concurrency: 2 });
  const { join, grant, subscription, runtime, server, confirmSettle } = opened;
  join();
  grant({ token: 1, seqs: [1, 2] });
  let resolved = false;
  const close = (asHandler: boolean): void => {
    // The scope is asked only about the handlers of this subscription.
    runtime.asHandler = asHandler;
    void subscription.close().then(() => (resolved = true));
    runtime.asHandler = false;
  };
  const end = async (seq: number): Promise<void> => {
    works[seq - 1]?.open();
    await eventLoopIdle();
    runtime.endTurn();
    confirmSettle();
    await eventLoopIdle();
  };
  const leave = async (): Promise<void> => {
    server.leaves[0]?.answer({ ok: true, value: null });
    await eventLoopIdle();
  };
  return { ...opened, close, end, leave, resolved: () => resolved };
};

describe('closing', () => {
  it('from a handler waits for the others, and leaves when this one has ended as well', async () => {
    const { close, end, leave, resolved, server, sentOutcomes, ends } = open();
    close(true);
    await eventLoopIdle();
    expect(resolved()).toBe(false);
    await end(2);
    expect(resolved()).toBe(true);
    expect(server.leaves).toHaveLength(0);
    await end(1);
    await leave();
    expect(sentOutcomes().flat()).toEqual([{ token: 1, ack: [[2, 2]] }, { token: 1, ack: [[1, 1]] }]); // prettier-ignore
    expect(ends).toEqual(['ended']);
  });

  it('from two handlers waits for neither of them', async () => {
    const { close, resolved } = open();
    close(true);
    close(true);
    await eventLoopIdle();
    expect(resolved()).toBe(true);
  });

  it('from elsewhere waits for all handlers, also while one of them waits for its own', async () => {
    const { close, end, leave, resolved } = open();
    close(false);
    await end(2);
    expect(resolved()).toBe(false);
    await end(1);
    expect(resolved()).toBe(false);
    await leave();
    expect(resolved()).toBe(true);
  });
});
