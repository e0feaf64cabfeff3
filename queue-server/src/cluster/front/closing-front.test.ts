import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { call, defineContract, defineQueue } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { once } from 'node:events';
import * as z from 'zod';
import { plainClient, received } from '../../plain-client.fixture.js';
import type { Front } from './open-front.js';
import { TestCluster } from './cluster.fixture.js';

const made = z.strictObject({ number: z.int() });
const echo = call({ input: z.int(), output: z.int() });
const contract = defineContract({
  one: defineQueue('one', { events: { made, echo } }),
  other: defineQueue('other', { events: { made, echo } }),
});

/** Resolves when it is opened. */
class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => (this.open = resolve));
}

let cluster: TestCluster;
let leaving: Front;
const clients: QueueClient<typeof contract>[] = [];
const open = (url: string): QueueClient<typeof contract> => {
  const client = connect(contract, { url });
  client.on('connection:failed', () => undefined);
  clients.push(client);
  return client;
};
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close({ timeoutMs: 0 })));
  await leaving.close();
  await cluster.close();
});

const begin = async (drainMs: number, graceMs = 5_000): Promise<void> => {
  cluster = await TestCluster.start({ contract, drainMs, engine: { graceMs } });
  leaving = await cluster.openFront();
};

describe('a front that is closed', () => {
  const started = new Gate();
  const finish = new Gate();
  const attempts: number[] = [];
  const join = (url: string): void => {
    open(url).subscribe('one', { group: 'g' }, async (_, { attempt }) => {
      attempts.push(attempt);
      started.open();
      await finish.opened;
    });
  };
  const depth = async (): Promise<number> => {
    const [group] = await open(cluster.url).admin.groups('one');
    return group?.depth ?? -1;
  };

  it('waits for what the handlers of its clients have begun', async () => {
    await begin(60_000);
    join(leaving.url);
    await open(cluster.url).publish('one', 'made', { number: 1 });
    await started.opened;
    const drained = leaving.drain();
    join(cluster.url);
    finish.open();
    await drained;
    expect({ depth: await depth(), attempts }).toEqual({ depth: 0, attempts: [1] });
  });
});

it('a unit that is closed takes what is published until its members have finished', async () => {
  await begin(60_000);
  const [started, finish] = [new Gate(), new Gate()];
  open(leaving.url).subscribe('one', { group: 'g' }, async () => {
    started.open();
    await finish.opened;
  });
  const publisher = open(cluster.url);
  await publisher.publish('one', 'made', { number: 1 });
  await started.opened;
  const ended = cluster.endUnit('one');
  expect(await publisher.publish('one', 'made', { number: 2 })).toMatchObject({ seq: 2 });
  finish.open();
  await ended;
});

describe('what a member holds when its front stops waiting', () => {
  // A lost connection would end its leases at once.
  beforeEach(() => begin(0, 0));
  const headers = { key: 'same' };

  /** The seqs of messages that another member gets while the first one handles message 1. */
  const meanwhile = async (...events: readonly ('drained' | 'closed')[]): Promise<readonly number[]> => {
    const [started, other] = [new Gate(), new Gate()];
    const publisher = open(cluster.url);
    open(leaving.url).subscribe('one', { group: 'g' }, async (_, { signal }) => {
      started.open();
      await once(signal, 'abort');
    });
    await publisher.publish('one', 'made', { number: 1 }, { headers });
    await started.opened;
    if (events.includes('drained')) await leaving.drain();
    if (events.includes('closed')) await leaving.close();
    const seqs: number[] = [];
    publisher.subscribe('one', { group: 'g' }, ({ seq }) => {
      seqs.push(seq);
      other.open();
    });
    await publisher.publish('one', 'made', { number: 2 }, { headers });
    await publisher.publish('one', 'made', { number: 3 });
    await other.opened;
    return seqs;
  };

  it('is not delivered to others, which handle no later message of its key', async () => {
    expect(await meanwhile('drained')).toEqual([3]);
  });

  it('stays so when its connection is closed', async () => {
    expect(await meanwhile('drained', 'closed')).toEqual([3]);
  });
});

describe('a client of which one queue moves', () => {
  it('gets the answers of the others first', async () => {
    await begin(0);
    const [invoked, answer] = [new Gate(), new Gate()];
    open(leaving.url).serve('one', {
      echo: async (input) => {
        invoked.open();
        await answer.opened;
        return input;
      },
    });
    const caller = open(cluster.url);
    await caller.publish('other', 'made', { number: 1 });
    const answered = caller.call('one', 'echo', 7);
    await invoked.opened;
    await cluster.endUnit('other');
    answer.open();
    expect(await answered).toBe(7);
  });
});

describe('what a member holds that loses its connection', () => {
  const GRACE_MS = 20;
  const attempts: number[] = [];
  const handedOutAgain = async (): Promise<number[]> => {
    const again = new Gate();
    attempts.length = 0;
    open(cluster.url).subscribe('one', { group: 'g' }, (_, { attempt }) => {
      attempts.push(attempt);
      again.open();
    });
    await again.opened;
    return attempts;
  };
  const hold = async () => {
    cluster = await TestCluster.start({ contract, engine: { graceMs: GRACE_MS } });
    leaving = await cluster.openFront();
    const client = await plainClient(leaving.url);
    const granted = received(client.socket, 'grant', 1);
    await client.value('subscribe', { subscription: 's', queue: 'one', group: 'g' });
    await open(cluster.url).publish('one', 'made', { number: 1 });
    await granted;
    return client;
  };

  it('counts no failure when the way between two servers broke', async () => {
    const { socket } = await hold();
    for (const { stream } of cluster.streams) stream.destroy(new Error('NATS is gone'));
    socket.disconnect();
    expect(await handedOutAgain()).toEqual([1]);
  });

  it('counts a failure when the client is gone', async () => {
    const { socket } = await hold();
    socket.disconnect();
    expect(await handedOutAgain()).toEqual([2]);
  });
});
