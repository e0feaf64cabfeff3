import { describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import { served } from '../served.fixture.js';

const save = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };
const publication = { event: 'save', payload: save };
const wrong = { event: 'save', payload: { ...save, bytes: -1 } };

const now = served();

describe('a plain Socket.IO client that publishes a batch', () => {
  it('gets one receipt, with an id and a seq for each message', async () => {
    const id = newId();
    const receipt = await now.client.value('publish:batch', 'files', [{ ...publication, id }, publication]);
    expect(receipt).toEqual({
      epoch: expect.any(String),
      durability: 'disk',
      messages: [
        { id, seq: 1, duplicate: false },
        { id: expect.any(String), seq: 2, duplicate: false },
      ],
    });
  });

  it('stores nothing of it when one message is refused', async () => {
    const messages = [publication, publication, wrong, publication];
    expect(await now.client.refusal('publish:batch', 'files', messages)).toMatchObject({
      code: 'payload_invalid',
      details: { index: 2, event: 'save' },
      retryable: false,
    });
    expect(await now.client.value('publish', 'files', publication)).toMatchObject({ seq: 1 });
  });

  it('gets the same seqs when it sends the batch again, also after a restart', async () => {
    const batch = [newId(), newId()].map((id) => ({ ...publication, id }));
    await now.client.value('publish:batch', 'files', batch);
    const again = {
      messages: [
        { seq: 1, duplicate: true },
        { seq: 2, duplicate: true },
      ],
    };
    expect(await now.client.value('publish:batch', 'files', batch)).toMatchObject(again);
    await now.stop();
    await now.start();
    expect(await now.client.value('publish:batch', 'files', batch)).toMatchObject(again);
  });

  it('has messages that are known named as duplicates, and the others stored together', async () => {
    await now.client.value('publish', 'files', { ...publication, dedupeKey: 'one' });
    const batch = ['zero', 'one', 'two', 'two'].map((dedupeKey) => ({ ...publication, dedupeKey }));
    expect(await now.client.value('publish:batch', 'files', batch)).toMatchObject({
      messages: [
        { seq: 2, duplicate: false },
        { seq: 1, duplicate: true },
        { seq: 3, duplicate: false },
        { seq: 3, duplicate: true },
      ],
    });
  });
});

describe('a client that publishes a batch as a frame', () => {
  const draft = (payload: unknown = save) => ({
    id: newId(),
    event: 'save',
    payload: JSON.stringify(payload),
  });
  const frame = (payloads: readonly unknown[], firstNumber = 1, producer = newId()): Uint8Array =>
    encodeFrame(payloads.map(draft), { producer, firstNumber }).bytes;

  it('gets the receipt of the frame', async () => {
    expect(await now.client.value('publish:batch:frame', 'files', frame([save, save]))).toMatchObject({
      firstSeq: 1,
      refused: [],
      duplicates: [],
    });
  });

  it('stores nothing of it when one message is refused, and later frames of the producer pass', async () => {
    const producer = newId();
    const batch = frame([save, {}, save], 1, producer);
    expect(await now.client.refusal('publish:batch:frame', 'files', batch)).toMatchObject({
      code: 'payload_invalid',
      details: { index: 1, event: 'save' },
    });
    expect(await now.client.value('publish:frame', 'files', frame([save], 4, producer))).toMatchObject({
      firstSeq: 1,
    });
  });

  it('gets the same seqs when it sends it again, also after a restart', async () => {
    const batch = frame([save, save]);
    await now.client.value('publish:batch:frame', 'files', batch);
    await now.stop();
    await now.start();
    expect(await now.client.value('publish:batch:frame', 'files', batch)).toMatchObject({
      duplicates: [
        { index: 0, seq: 1 },
        { index: 1, seq: 2 },
      ],
    });
  });
});
