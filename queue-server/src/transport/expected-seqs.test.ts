import { describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import { served } from '../served.fixture.js';

const save = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };
const keyed = (key: string) => ({ event: 'save', payload: save, headers: { key } });
const frame = (keys: readonly string[], firstNumber = 1, producer = newId()): Uint8Array =>
  encodeFrame(
    keys.map((key) => ({
      id: newId(),
      event: 'save',
      payload: JSON.stringify(save),
      headers: JSON.stringify({ key }),
      key,
    })),
    { producer, firstNumber },
  ).bytes;

const now = served();

describe('a plain Socket.IO client that expects a seq', () => {
  it('gets the receipt of a batch, or the actual seq', async () => {
    expect(await now.client.value('publish:expected', 'files', [keyed('a'), keyed('a')], 0)).toMatchObject({
      messages: [{ seq: 1 }, { seq: 2 }],
    });
    expect(await now.client.refusal('publish:expected', 'files', [keyed('a')], 1)).toMatchObject({
      code: 'seq_conflict',
      details: { expectedSeq: 1, actualSeq: 2, key: 'a' },
      retryable: false,
    });
    expect(
      await now.client.value('publish:expected', 'files', [{ event: 'save', payload: save }], 2),
    ).toMatchObject({
      messages: [{ seq: 3 }],
    });
  });

  it.each([-1, 0.5, 2 ** 53, '1', null, {}])(
    'gets request_invalid for %j in place of one',
    async (expectedSeq) => {
      for (const [request, messages] of [
        ['publish:expected', [keyed('a')]],
        ['publish:expected:frame', frame(['a'])],
      ] as const) {
        expect(await now.client.refusal(request, 'files', messages, expectedSeq)).toMatchObject({
          code: 'request_invalid',
          details: { field: 'expectedSeq' },
        });
      }
      expect(await now.client.value('publish', 'files', keyed('a'))).toMatchObject({ seq: 1 });
    },
  );

  it('gets request_invalid for messages of several keys, and for no seq', async () => {
    expect(await now.client.refusal('publish:expected', 'files', [keyed('a'), keyed('b')], 0)).toMatchObject({
      code: 'request_invalid',
      details: { index: 1 },
    });
    expect(await now.client.refusal('publish:expected', 'files', [keyed('a')])).toMatchObject({
      code: 'request_invalid',
    });
  });

  it('may use frames: after a conflict later frames of the producer pass', async () => {
    const producer = newId();
    await now.client.value('publish', 'files', keyed('a'));
    expect(
      await now.client.refusal('publish:expected:frame', 'files', frame(['a'], 1, producer), 0),
    ).toMatchObject({
      code: 'seq_conflict',
    });
    const next = frame(['a', 'a'], 2, producer);
    expect(await now.client.value('publish:expected:frame', 'files', next, 1)).toMatchObject({ firstSeq: 2 });
    expect(await now.client.value('publish:expected:frame', 'files', next, 1)).toMatchObject({
      duplicates: [
        { index: 0, seq: 2 },
        { index: 1, seq: 3 },
      ],
    });
  });
});
