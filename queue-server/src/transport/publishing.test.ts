import { describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { dedupeId, encodeFrame } from '@typed-queue/contracts/wire';
import { served } from '../served.fixture.js';

const save = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };
const LONG = 'x'.repeat(1_100_000);
const publication = { event: 'save', payload: save };

const now = served();

describe('a plain Socket.IO client that publishes', () => {
  it('gets a receipt on disk, and the next seq with each message', async () => {
    const first = await now.client.value('publish', 'files', publication);
    expect(first).toMatchObject({ seq: 1, duplicate: false, durability: 'disk' });
    expect(await now.client.value('publish', 'files', publication)).toMatchObject({ seq: 2 });
    expect(
      await now.client.value('publish', 'database', {
        event: 'read',
        payload: { model: 'product', id: '1', count: 1 },
      }),
    ).toMatchObject({ seq: 1 });
  });

  it('stores an id once', async () => {
    const id = newId();
    await now.client.value('publish', 'files', { ...publication, id });
    expect(await now.client.value('publish', 'files', { ...publication, id })).toMatchObject({
      id,
      seq: 1,
      duplicate: true,
    });
    expect(await now.client.value('publish', 'files', publication)).toMatchObject({
      seq: 2,
      duplicate: false,
    });
  });

  it('stores a dedupe key once in each queue, in whichever form it comes', async () => {
    const dedupeKey = 'order-17';
    const id = dedupeId('files', dedupeKey);
    await now.client.value('publish', 'files', { ...publication, dedupeKey });
    const answers = await now.client.value('publish', 'files', [
      { ...publication, dedupeKey },
      { ...publication, id },
    ]);
    const duplicate = { ok: true, value: { id, seq: 1, duplicate: true } };
    expect(answers).toMatchObject([duplicate, duplicate]);
    const read = { event: 'read', payload: { model: 'product', id: '1', count: 1 } };
    const other = await now.client.value('publish', 'database', { ...read, dedupeKey });
    expect(other).toMatchObject({ id: dedupeId('database', dedupeKey), duplicate: false });
  });

  it('has each message of an array answered by itself', async () => {
    const id = newId();
    const answers = await now.client.value('publish', 'files', [
      { ...publication, id },
      { event: 'save', payload: { ...save, bytes: -1 } },
      { ...publication, id },
      publication,
    ]);
    expect(answers).toMatchObject([
      { ok: true, value: { id, seq: 1, duplicate: false } },
      { ok: false, error: { code: 'payload_invalid', retryable: false } },
      { ok: true, value: { id, seq: 1, duplicate: true } },
      { ok: true, value: { seq: 2, duplicate: false } },
    ]);
  });

  it.each([
    ['queue_unknown', 'nothing', publication],
    ['queue_unknown', '__proto__', publication],
    ['queue_unknown', 7, publication],
    ['event_unknown', 'database', { event: 'udpate', payload: {} }],
    ['event_unknown', 'files', { event: 'constructor', payload: {} }],
    ['payload_invalid', 'files', { event: 'save', payload: { path: '/tmp/a', bytes: 1, sha256: 'abc' } }],
    ['payload_invalid', 'files', { event: 'save', payload: { ...save, more: true } }],
    ['payload_invalid', 'files', { event: 'save' }],
    ['message_invalid', 'files', { ...publication, id: 'mine' }],
    ['message_invalid', 'files', { ...publication, headers: { key: 1 } }],
    ['message_invalid', 'files', { ...publication, header: {} }],
    ['message_invalid', 'files', null],
    ['message_too_large', 'files', { event: 'save', payload: { ...save, path: LONG } }],
    ['request_invalid', 'files', []],
  ])(
    'is refused with %s for queue %j and message %j, and nothing is stored',
    async (code, queue, message) => {
      const error = await now.client.refusal('publish', queue, message);
      expect(error).toEqual({
        code,
        message: expect.stringMatching(/\w{3,}.*\.$/s),
        details: expect.anything(),
        retryable: false,
      });
      expect(await now.client.value('publish', 'files', publication)).toMatchObject({ seq: 1 });
      expect(
        await now.client.value('publish', 'database', {
          event: 'read',
          payload: { model: 'm', id: '1', count: 1 },
        }),
      ).toMatchObject({ seq: 1 });
    },
  );

  it('gets an error for an unknown request, and one without a callback harms nobody', async () => {
    expect(await now.client.refusal('publsih', 'files', publication)).toMatchObject({
      code: 'request_invalid',
    });
    now.client.socket.emit('publish', 'files', { event: 'nothing' });
    now.client.socket.emit('subscribe');
    expect(await now.client.value('publish', 'files', publication)).toMatchObject({ seq: 1 });
  });
});

describe('a client that publishes frames', () => {
  const draft = (payload: unknown, event = 'save') => ({
    id: newId(),
    event,
    payload: JSON.stringify(payload),
  });

  it('gets the seqs of those that are new, and reasons for those that are refused', async () => {
    const good = draft(save);
    const frame = encodeFrame([draft({}), good, draft(save, 'saev'), good, draft(save)], {
      producer: newId(),
      firstNumber: 1,
    });
    expect(await now.client.value('publish:frame', 'files', frame.bytes)).toMatchObject({
      firstSeq: 1,
      refused: [
        { index: 0, error: { code: 'payload_invalid' } },
        { index: 2, error: { code: 'event_unknown' } },
      ],
      duplicates: [{ index: 3, seq: 1 }],
    });
    expect(await now.client.value('publish', 'files', publication)).toMatchObject({ seq: 3 });
  });

  it('gets the same seqs when it sends a frame again, also after a restart', async () => {
    const { bytes } = encodeFrame([draft(save), draft(save)], { producer: newId(), firstNumber: 1 });
    await now.client.value('publish:frame', 'files', bytes);
    const again = {
      duplicates: [
        { index: 0, seq: 1 },
        { index: 1, seq: 2 },
      ],
    };
    expect(await now.client.value('publish:frame', 'files', bytes)).toMatchObject(again);
    await now.stop();
    await now.start();
    expect(await now.client.value('publish:frame', 'files', bytes)).toMatchObject(again);
    expect(await now.client.value('publish', 'files', publication)).toMatchObject({ seq: 3 });
  });

  it.each([
    ['frame_invalid', Buffer.from('nothing like a frame')],
    ['frame_too_large', Buffer.alloc(4 * 1024 * 1024 + 1)],
    ['request_invalid', 'text'],
  ])('is refused with %s for foreign bytes', async (code, bytes) => {
    expect(await now.client.refusal('publish:frame', 'files', bytes)).toMatchObject({
      code,
      retryable: false,
    });
  });
});
