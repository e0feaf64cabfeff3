import { expect, it } from '@jest/globals';
import { QueueError, type Receipt } from '@typed-queue/contracts';
import { LinePublisher, type BadLine } from './line-publisher.js';

const RECEIPT: Receipt = { id: '', epoch: '', seq: 1, duplicate: false, durability: 'memory' };

/** A publisher of a server that answers when the test says so. */
const open = () => {
  const waiting: ((result: Receipt | QueueError) => void)[] = [];
  const bad: BadLine[] = [];
  let failures = 0;
  const publisher = new LinePublisher({
    publish: () =>
      new Promise((resolve, reject) => {
        waiting.push((result) => (result instanceof QueueError ? reject(result) : resolve(result)));
      }),
    onBad: (line) => bad.push(line),
    onFailure: () => failures++,
    onProgress: () => undefined,
  });
  let number = 0;
  const add = (text = '1'): void => publisher.add({ number: ++number, text, bytes: text.length });
  const answer = (count: number, result: Receipt | QueueError = RECEIPT): void =>
    waiting.splice(0, count).forEach((settle) => settle(result));
  return { publisher, bad, add, answer, failures: () => failures };
};

it('is full until half of what waits has its receipt', async () => {
  const { publisher, add, answer } = open();
  let count = 0;
  while (!publisher.isFull) count += (add(), 1);
  expect(count).toBe(16_384);
  let hasRoom = false;
  const room = publisher.room().then(() => (hasRoom = true));
  answer(count / 2 - 1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(hasRoom).toBe(false);
  answer(1);
  await room;
  expect(publisher.isFull).toBe(false);
  answer(count / 2);
  await publisher.empty();
  expect(publisher.progress).toMatchObject({ stored: count, bytes: count });
});

it('is full of few long lines, too', () => {
  const { publisher, add } = open();
  for (let count = 0; count < 8; count++) add(JSON.stringify('x'.repeat(1024 * 1024)));
  expect(publisher.isFull).toBe(true);
});

it('counts what the server may have stored apart from what was not sent', async () => {
  const { publisher, bad, add, answer, failures } = open();
  for (let count = 0; count < 4; count++) add();
  add('');
  answer(1);
  answer(1, new QueueError('payload_invalid', 'wrong'));
  answer(1, new QueueError('outcome_unknown', 'sent'));
  answer(1, new QueueError('closed', 'not sent'));
  await publisher.empty();
  expect(publisher.progress).toMatchObject({ stored: 1, refused: 1, unknown: 1, unsent: 1 });
  expect(bad).toEqual([{ line: 2, code: 'payload_invalid', message: 'wrong' }]);
  expect([publisher.failure?.code, failures()]).toEqual(['outcome_unknown', 1]);
});
