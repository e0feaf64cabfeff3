import { describe, expect, it, jest } from '@jest/globals';
import { MemoryBudget } from '../access/budget.js';
import { ProducerOrder } from '../delivery/producer-order.js';
import { PublishGate } from '../delivery/publish-gate.js';
import { GatedEngine } from '../delivery/gated-engine.fixture.js';
import { later, eventLoopIdle } from '../delivery/recorder.fixture.js';
import { frameOf, producerOf } from '../engine/frames.fixture.js';
import { OpenRequests } from './open-requests.js';
import { StoreBacklog } from './store-backlog.js';

const MIB = 1024 * 1024;
const refused = { code: 'overloaded', retryable: true, message: expect.stringMatching(/has 1280 requests/) };

/** A requests with a budget, and a send buffer that drains when a test says so. */
const world = (bytes = 256 * MIB) => {
  const budget = new MemoryBudget(bytes);
  const sending: (() => void)[] = [];
  const drained = (): Promise<void> => new Promise((resolve) => sending.push(resolve));
  const unsent = { drained, unsentBytes: 0, quota: 64 * MIB };
  const token: { error?: Error } = {};
  const reader = { hold: jest.fn(), release: jest.fn() };
  const backlog = new StoreBacklog().share(reader);
  const check = (): void => {
    if (token.error !== undefined) throw token.error;
  };
  const requests = new OpenRequests({
    account: budget.open(),
    sendBuffer: unsent,
    tokenValidity: { check },
    backlog,
  });
  return { budget, requests, unsent, sending, token, reader };
};

describe('the requests of one connection', () => {
  it('hold its reader while 8 MiB of them are being stored', async () => {
    const { requests, reader } = world();
    const ends = Array.from({ length: 7 }, () => requests.open(MIB));
    expect(reader.hold).toHaveBeenCalledTimes(0);
    ends.push(requests.open(MIB));
    expect(reader.hold).toHaveBeenCalledTimes(1);
    reader.release.mockClear();
    ends[0]?.();
    expect(reader.release).toHaveBeenCalledTimes(1);
  });

  it('may be 1,280 without an answer, and more when one is answered', async () => {
    const { requests } = world();
    const answer = later();
    const handler = requests.bounded(() => answer.promise);
    const costly = requests.costly(() => answer.promise);
    const ends = Array.from({ length: 640 }, () => requests.open(1));
    const answers = Array.from({ length: 640 }, () => handler());
    await expect(handler()).rejects.toMatchObject(refused);
    await expect(costly()).rejects.toMatchObject(refused);
    for (const end of ends) end();
    answer.resolve();
    await Promise.all(answers);
    await handler();
  });

  it('that fail count as answered', async () => {
    const { requests } = world();
    const failing = requests.bounded(() => Promise.reject(new Error('no')));
    for (let failed = 0; failed < 1_300; failed++) await expect(failing()).rejects.toThrow('no');
  });

  it('release their memory when they end', async () => {
    const { requests, budget } = world();
    const ends = [requests.open(MIB), requests.open(2 * MIB)];
    expect(budget.used).toBe(3 * MIB);
    for (const end of ends) end();
    expect(budget.used).toBe(0);
  });

  it('are refused when there is no memory for them', async () => {
    const { requests } = world(4 * MIB);
    expect(() => requests.open(2 * MIB)).toThrow(expect.objectContaining({ code: 'overloaded' }));
    expect(() => requests.open(MIB)).not.toThrow();
  });

  it('are refused before any work when much is unsent', async () => {
    const { requests, unsent } = world();
    unsent.unsentBytes = 16 * MIB;
    expect(() => requests.checkRead()).not.toThrow();
    unsent.quota = 31 * MIB;
    expect(() => requests.checkRead()).toThrow(/Read its answers first/);
    const work = requests.bounded(() => 'done')();
    await expect(work).rejects.toMatchObject({ code: 'overloaded', retryable: true });
  });

  it('with large answers run one at a time, the next when the answer was sent', async () => {
    const { requests, sending, budget } = world();
    let begun = 0;
    const page = requests.costly(async () => ++begun);
    const answers = Array.from({ length: 200 }, () => page());
    await eventLoopIdle();
    expect(begun).toBe(1);
    expect(sending).toHaveLength(1);
    for (let turn = 2; turn <= 200; turn++) {
      sending.pop()?.();
      await eventLoopIdle();
      expect(begun).toBe(turn);
    }
    expect(await Promise.all(answers)).toHaveLength(200);
    sending.pop()?.();
    expect(budget.used).toBe(0);
  });

  it('that wait for their turn are refused when the key is withdrawn', async () => {
    const { requests, sending, token } = world();
    let begun = 0;
    const page = requests.costly(async () => ++begun);
    const answers = Promise.allSettled([page(), page(), page()]);
    await eventLoopIdle();
    token.error = new Error('withdrawn');
    for (let turn = 0; turn < 3; turn++) {
      sending.pop()?.();
      await eventLoopIdle();
    }
    expect(await answers).toMatchObject([
      { status: 'fulfilled', value: 1 },
      ...[{ reason: token.error }, { reason: token.error }],
    ]);
    expect(begun).toBe(1);
  });

  it('that read are refused when the key is withdrawn while they read', async () => {
    const { requests, token } = world();
    const read = later();
    const page = requests.reading(() => read.promise);
    const answer = page();
    await eventLoopIdle();
    token.error = new Error('withdrawn');
    read.resolve();
    await expect(answer).rejects.toBe(token.error);
  });

  it('keep the order of a producer: after a refused frame, later ones are refused', async () => {
    const engine = new GatedEngine();
    const disk = later();
    engine.gates.append = disk.promise;
    const { requests } = world();
    const ordered = new ProducerOrder(new PublishGate(engine), {
      storedProducer: (id) => id,
      open: () => requests.open(1),
    });
    const send = async (firstNumber: number) => {
      const frame = frameOf([firstNumber], { producer: producerOf(1), firstNumber });
      return ordered.append(
        'files',
        frame,
        ordered.enter('files', frame.header, () => undefined),
      );
    };
    const answers = Array.from({ length: 1_280 }, (_, index) => send(index + 1));
    await expect(send(1_281)).rejects.toMatchObject(refused);
    disk.resolve();
    await Promise.all(answers);
    await eventLoopIdle();
    await expect(send(1_282)).rejects.toMatchObject({
      message: expect.stringMatching(/frame before this one/),
    });
    await send(1_281);
    await send(1_282);
  });
});
