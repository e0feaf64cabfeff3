import { expect, it } from '@jest/globals';
import { newId, type Receipt } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import { keyHolders, keyOf } from './key-holders.fixture.js';

const holders = keyHolders();

const save = { path: '/tmp/secret', bytes: 1, sha256: 'abc', durationMs: 2 };
const failure = { path: '/', operation: 'read', code: 'E', message: 'no' };
const grants = (event: string) => ({ files: { publish: [event] } });

const start = async () => {
  await holders.rewrite(
    { name: 'owner', queues: grants('save') },
    { name: 'guesser', queues: grants('error') },
  );
  return { owner: await holders.client(keyOf('owner')), guesser: await holders.client(keyOf('guesser')) };
};
const guess = (id: string) => ({ event: 'error', payload: failure, id });

it('who guesses the id of a message learns that it is stored, and its seq, and nothing else', async () => {
  const { owner, guesser } = await start();
  const dedupeKey = 'order-17';
  // Safe: the receipt of one message.
  const { seq, epoch } = (await owner.value('publish', 'files', {
    event: 'save',
    payload: save,
    dedupeKey,
  })) as Receipt;
  const { event, payload } = guess('');
  const receipt = await guesser.value('publish', 'files', { event, payload, dedupeKey });
  expect(receipt).toEqual({ id: expect.any(String), epoch, seq, duplicate: true, durability: 'memory' });
});

it.each([
  ['', {}],
  [' of a producer', { producer: newId(), firstNumber: 1 }],
])('who uses an id first keeps out the message of its owner in a frame%s', async (_, producer) => {
  const { owner, guesser } = await start();
  const id = newId();
  await guesser.value('publish', 'files', guess(id));
  const frame = encodeFrame([{ id, event: 'save', payload: JSON.stringify(save) }], producer).bytes;
  expect(await owner.value('publish:frame', 'files', frame)).toMatchObject({
    duplicates: [{ index: 0, seq: 1 }],
  });
});
