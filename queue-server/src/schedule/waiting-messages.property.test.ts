import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { idOf } from '../engine/frames.fixture.js';
import { WaitingMessages, type WaitingMessage } from './waiting-messages.js';

const QUEUES = ['files', 'database'];
const SIZE = 10;

interface Known {
  readonly slot: number;
  readonly message: WaitingMessage;
}

/** The same, simply. */
class Model {
  readonly known = new Map<number, Known>();
  readonly held = new Set<number>();

  get inOrder(): readonly Known[] {
    return [...this.known.values()].sort(
      ({ message: one }, { message: other }) => one.dueAt - other.dueAt || one.addedSeq - other.addedSeq,
    );
  }

  remove({ slot, message }: Known): void {
    this.known.delete(message.addedSeq);
    this.held.delete(slot);
  }
}

const steps = fc.array(
  fc.record({
    what: fc.constantFrom('add', 'add', 'add', 'remove', 'take', 'release', 'move'),
    time: fc.integer({ min: 0, max: 50 }),
    pick: fc.nat(),
  }),
  { maxLength: 200 },
);

const apply = (
  waiting: WaitingMessages,
  model: Model,
  step: { what: string; time: number; pick: number },
  n: number,
): void => {
  const { what, time, pick } = step;
  const all = [...model.known.values()];
  const one = all[pick % Math.max(1, all.length)];
  if (what === 'add') {
    const queue = QUEUES[pick % 2] ?? '';
    const message = { queue, id: idOf(n), dueAt: time, addedSeq: n, storedSeq: n, size: SIZE };
    const slot = waiting.add(message);
    waiting.release(slot);
    model.known.set(n, { slot, message });
  } else if (what === 'take') {
    const taken = waiting.takeDue(time, 3);
    const due = model.inOrder.filter(({ slot, message }) => message.dueAt <= time && !model.held.has(slot));
    expect(taken).toEqual(due.slice(0, 3).map(({ slot }) => slot));
    for (const slot of taken) model.held.add(slot);
  } else if (one !== undefined && what === 'remove') {
    waiting.remove(one.slot, SIZE);
    model.remove(one);
  } else if (one !== undefined && what === 'release') {
    waiting.release(one.slot);
    model.held.delete(one.slot);
  } else if (one !== undefined) {
    const message = { ...one.message, storedSeq: n };
    waiting.move(one.slot, n);
    model.known.set(message.addedSeq, { ...one, message });
  }
};

const check = (waiting: WaitingMessages, model: Model): void => {
  const { inOrder, held } = model;
  expect([waiting.size, waiting.bytes]).toEqual([inOrder.length, SIZE * inOrder.length]);
  expect(waiting.nextDueAt).toBe(inOrder.find(({ slot }) => !held.has(slot))?.message.dueAt);
  expect(waiting.firstStoredSeq()).toBe(Math.min(...inOrder.map(({ message }) => message.storedSeq)));
  const queues = inOrder.map(({ message }) => message.queue);
  expect(Object.fromEntries(waiting.counts)).toEqual(
    Object.fromEntries(queues.map((queue) => [queue, queues.filter((other) => other === queue).length])),
  );
  for (const queue of QUEUES) {
    const own = inOrder.filter(({ message }) => message.queue === queue);
    expect(waiting.page(queue, undefined, 1_000)).toEqual(own.map(({ slot }) => slot));
    const [after] = own;
    expect(waiting.page(queue, after?.message, 2)).toEqual(
      own.slice(after === undefined ? 0 : 1, 3).map(({ slot }) => slot),
    );
  }
  for (const { slot, message } of inOrder) {
    expect(waiting.candidates(message.queue, message.id)).toContain(slot);
    expect([waiting.queue(slot), waiting.isHeld(slot)]).toEqual([message.queue, held.has(slot)]);
  }
};

it('waiting messages are found by id, queue and time, whatever comes and goes', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const waiting = new WaitingMessages();
      const model = new Model();
      for (const [index, step] of all.entries()) apply(waiting, model, step, index + 1);
      check(waiting, model);
    }),
  );
});

it('a million of them are found again after their arrays have grown', () => {
  const waiting = new WaitingMessages();
  const count = 1_000_000;
  for (let n = 1; n <= count; n++) {
    const dueAt = (n * 7_919) % count;
    waiting.release(
      waiting.add({ queue: 'files', id: String(n), dueAt, addedSeq: n, storedSeq: n, size: 1 }),
    );
  }
  const found = [1, 1_023, 1_024, 1_025, count].map((n) => waiting.candidates('files', String(n)));
  expect(
    found.map((slots, index) => slots.includes([0, 1_022, 1_023, 1_024, count - 1][index] ?? -1)),
  ).toEqual(Array.from({ length: 5 }, () => true));
  expect(waiting.takeDue(2, 10).map((slot) => waiting.place(slot).dueAt)).toEqual([0, 1, 2]);
  expect(waiting.size).toBe(count);
});
