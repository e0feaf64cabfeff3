import { beforeEach, describe, expect, it } from '@jest/globals';
import { newId, QueueError } from '@typed-queue/contracts';
import { NIL_UUID, type Frame, type FrameReceipt } from '@typed-queue/contracts/wire';
import { frameOf, producerOf } from '../engine/frames.fixture.js';
import { failing, GatedEngine } from './gated-engine.fixture.js';
import { ProducerOrder } from './producer-order.js';
import { PublishGate } from './publish-gate.js';

const [one, two] = [producerOf(1), producerOf(2)];
/** The frame of a producer that begins with a number. */
const numbered = (firstNumber: number, producer = one): Frame =>
  frameOf([firstNumber], { producer, firstNumber });
const allowed = (): void => undefined;

let engine: GatedEngine;
let gate: PublishGate;

beforeEach(() => {
  engine = new GatedEngine();
  gate = new PublishGate(engine);
});

const numbers = (): number[] => engine.appended.map(({ firstNumber }) => firstNumber);

const orderOf = (storedProducer = (id: string): string => id): ProducerOrder =>
  new ProducerOrder(gate, { storedProducer, open: () => () => undefined });

const send = async (order: ProducerOrder, frame: Frame, queue = 'files'): Promise<FrameReceipt> =>
  order.append(queue, frame, order.enter(queue, frame.header, allowed));

/** Until it is called, every append is refused. */
const refuseWith = (code: 'overloaded' | 'storage_full' | 'closed'): (() => void) => {
  engine.gates.append = failing(new QueueError(code, 'Not now.'));
  return () => (engine.gates.append = undefined);
};

describe('the order of the producers of one connection', () => {
  let order: ProducerOrder;
  beforeEach(() => {
    order = orderOf();
  });
  const codeOf = (frame: Frame, queue?: string): Promise<unknown> =>
    send(order, frame, queue).then(
      () => 'appended',
      (error: unknown) => (error instanceof QueueError ? error.code : error),
    );

  it.each(['overloaded', 'storage_full'] as const)(
    'keeps later frames back after one was refused with %s, until that one comes again',
    async (code) => {
      const allow = refuseWith(code);
      expect(await codeOf(numbered(5))).toBe(code);
      allow();
      expect(await codeOf(numbered(6))).toBe('overloaded');
      expect(await codeOf(numbered(7))).toBe('overloaded');
      expect(engine.appended).toEqual([]);
      expect(await codeOf(numbered(5))).toBe('appended');
      expect(await codeOf(numbered(6))).toBe('appended');
      expect(await codeOf(numbered(7))).toBe('appended');
      expect(numbers()).toEqual([5, 6, 7]);
    },
  );

  it('says so in a way that lets a client send both again', async () => {
    refuseWith('overloaded');
    await codeOf(numbered(5));
    await expect(send(order, numbered(6))).rejects.toMatchObject({
      retryable: true,
      message: expect.stringMatching(/frame before this one was not taken yet\. Send both again, in order/),
    });
  });

  it('needs the first of several that were refused at once', async () => {
    const allow = refuseWith('overloaded');
    expect(await Promise.all([5, 6, 7].map((number) => codeOf(numbered(number))))).toEqual([
      'overloaded',
      'overloaded',
      'overloaded',
    ]);
    allow();
    expect(await codeOf(numbered(6))).toBe('overloaded');
    expect(await codeOf(numbered(5))).toBe('appended');
    expect(await codeOf(numbered(6))).toBe('appended');
  });

  it('needs the frame again when it is refused again', async () => {
    const allow = refuseWith('overloaded');
    await codeOf(numbered(5));
    await codeOf(numbered(5));
    allow();
    expect(await codeOf(numbered(6))).toBe('overloaded');
    expect(await codeOf(numbered(5))).toBe('appended');
  });

  it('lets earlier frames pass, and those of other producers and queues', async () => {
    const allow = refuseWith('overloaded');
    await codeOf(numbered(5));
    allow();
    expect(await codeOf(numbered(4))).toBe('appended');
    expect(await codeOf(numbered(6, two))).toBe('appended');
    expect(await codeOf(numbered(6), 'database')).toBe('appended');
    expect(await codeOf(numbered(6))).toBe('overloaded');
  });

  it('needs nothing after a final refusal, nor from frames without a producer', async () => {
    const allow = refuseWith('closed');
    expect(await codeOf(numbered(5))).toBe('closed');
    allow();
    expect(await codeOf(numbered(6))).toBe('appended');
    const allowAgain = refuseWith('overloaded');
    expect(await codeOf(frameOf([1]))).toBe('overloaded');
    allowAgain();
    expect(await codeOf(frameOf([2]))).toBe('appended');
  });

  it('needs what a draining server refused', async () => {
    await gate.drain();
    expect(await codeOf(numbered(5))).toBe('draining');
    expect(await codeOf(numbered(6))).toBe('overloaded');
  });
});

describe('frames that wait for their place in the log', () => {
  const expected = { seq: 0, key: undefined };

  it('hold later ones of the same queue back, and these keep their order', async () => {
    const order = orderOf();
    let open: () => void = () => undefined;
    engine.gates.append = new Promise((resolve) => (open = resolve));
    const first = order.append(
      'files',
      numbered(1),
      order.enter('files', numbered(1).header, allowed),
      expected,
    );
    engine.gates.append = undefined;
    const others = [2, 3].map((number) => send(order, numbered(number)));
    await send(order, numbered(9), 'database');
    expect(numbers()).toEqual([9]);
    open();
    await Promise.all([first, ...others]);
    expect(numbers()).toEqual([9, 1, 2, 3]);
  });

  it('let later ones pass as soon as they have it', async () => {
    const order = orderOf();
    const frames = [1, 2, 3].map((number) => numbered(number));
    const all = frames.map((frame, index) =>
      order.append('files', frame, undefined, { seq: index, key: undefined }),
    );
    expect((await Promise.all(all)).map(({ firstSeq }) => firstSeq)).toEqual([1, 2, 3]);
  });

  it('that are refused for now have later ones refused as well', async () => {
    const order = orderOf();
    refuseWith('storage_full');
    const first = order.append(
      'files',
      numbered(1),
      order.enter('files', numbered(1).header, allowed),
      expected,
    );
    engine.gates.append = undefined;
    const second = send(order, numbered(2));
    await expect(first).rejects.toMatchObject({ code: 'storage_full' });
    await expect(second).rejects.toMatchObject({ code: 'overloaded' });
    expect(engine.appended).toEqual([]);
  });
});

it('each frame of a connection is stored under another id of its producer; without a producer as it is', async () => {
  const [id, otherId] = [newId(), newId()];
  const stored = new Map([
    [id, newId()],
    [otherId, newId()],
  ]);
  const order = orderOf((producer) => stored.get(producer) ?? '');
  for (const producer of [id, otherId, id, NIL_UUID]) await send(order, numbered(1, producer));
  const expected = [stored.get(id), stored.get(otherId), stored.get(id), NIL_UUID];
  expect(engine.appended.map(({ producer }) => producer)).toEqual(expected);
});
