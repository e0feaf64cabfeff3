import { DeadLetter } from '@typed-queue/queue-client';
import type { Machine } from '../machine.js';
import { inputOf, until } from '../run.fixture.js';
import type { Served } from '../served.fixture.js';

/** A terminal on which somebody answers. */
export const answering = (answer: string, asked: string[] = []): Partial<Machine> => ({
  stdin: { ...inputOf(), isTerminal: true },
  stderr: { write: () => undefined, isTerminal: true },
  ask: async (question) => {
    asked.push(question);
    return answer;
  },
});

/** A group `billing` that has handled what was published; orders `bad-…` are dead letters. */
export const withGroup = async ({ queue }: Served, count: number): Promise<void> => {
  queue.on('dead-letter', () => undefined);
  let handled = 0;
  const subscription = queue.subscribe('orders', { group: 'billing' }, ({ payload: { id } }) => {
    handled++;
    if (id.startsWith('bad')) throw new DeadLetter(`no such order ${id}\u001b[2J`);
  });
  await subscription.ready;
  for (let index = 1; index <= count; index++) {
    await queue.publish('orders', 'placed', {
      id: index % 2 === 0 ? `bad-${index}` : String(index),
      total: 1,
    });
  }
  await until(() => handled === count);
  await subscription.close();
};

/** The cells of a table. */
export const linesOf = (text: string): readonly (readonly string[])[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));
