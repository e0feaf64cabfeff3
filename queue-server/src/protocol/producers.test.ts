import { describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import type { FrameReceipt } from '@typed-queue/contracts/wire';
import { handMadeFrame, type HandMade } from './frame.fixture.js';
import { save, sharedServer, type Received } from './shared-server.fixture.js';
import type { Transcript } from './transcript.fixture.js';

const MINUTE = 60_000;
const SECRET = '5b0c1f0e6a7d4d2f9a5e8c7b3a2d1e0f';
const server = sharedServer();

const message = (n: number): HandMade => ({ id: newId(), event: 'save', payload: `{"n":${n}}` });
const publish = (client: Transcript, queue: string, frame: Buffer) =>
  client.value<FrameReceipt>('publish:frame', queue, frame);
/** Longer than the server has to know an id, with messages that push the old ones out. */
const forgetIds = async (client: Transcript, queue: string): Promise<void> => {
  for (let minute = 0; minute < 12; minute++) {
    server.time.pass(MINUTE);
    await client.value('publish', queue, save(0));
  }
};
const numbersIn = async (client: Transcript, queue: string): Promise<number[]> => {
  await client.value('tail', { subscription: queue, queue, from: 'start' });
  const { messages } = await client.next<{ messages: Received[] }>('replay');
  return messages.map(({ payload: { n } }) => n);
};

describe('the receipt of a frame', () => {
  it('says which messages are refused and which were stored before; the others follow each other', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    const known = message(1);
    await publish(client, queue, handMadeFrame([known], newId(), 1));
    const wrong = { ...message(3), payload: '{"n":"three"}' };
    const nobody = { ...message(5), event: 'sav' };
    const frame = handMadeFrame([message(2), wrong, known, message(4), nobody], newId(), 1);
    expect(await publish(client, queue, frame)).toMatchObject({
      firstSeq: 2,
      refused: [
        { index: 1, error: { code: 'payload_invalid' } },
        { index: 4, error: { code: 'event_unknown' } },
      ],
      duplicates: [{ index: 2, seq: 1 }],
    });
    expect(await numbersIn(client, queue)).toEqual([1, 2, 4]);
  });

  it('of a frame whose messages are all refused is one as well', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    const frame = handMadeFrame([{ ...message(1), payload: '7' }], newId(), 1);
    expect(await publish(client, queue, frame)).toMatchObject({ refused: [{ index: 0 }], duplicates: [] });
  });
});

describe('bytes that are no intact frame', () => {
  const intact = handMadeFrame([message(1), message(2)], newId(), 1);
  const changed = (at: number): Buffer => {
    const frame = Buffer.from(intact);
    frame.writeUInt8(frame.readUInt8(at) ^ 1, at);
    return frame;
  };

  it.each<[string, string, unknown]>([
    ['nothing', 'frame_invalid', Buffer.of()],
    ['only its header', 'frame_invalid', intact.subarray(0, 77)],
    ['cut by a byte', 'frame_invalid', intact.subarray(0, -1)],
    ['followed by a byte', 'frame_invalid', Buffer.concat([intact, Buffer.of(0)])],
    ['with another bit in its header', 'frame_invalid', changed(50)],
    ['with another bit in its texts', 'frame_invalid', changed(intact.length - 1)],
    ['of another version', 'frame_invalid', changed(6)],
    ['more than 4 MiB', 'frame_too_large', Buffer.alloc(4 * 1024 * 1024 + 1)],
    ['no bytes', 'request_invalid', 'frame'],
  ])('are refused, and nothing of them is stored: %s', async (_, code, bytes) => {
    const [client, queue] = [await server.connect(), server.queue()];
    expect(await client.code('publish:frame', queue, bytes)).toBe(code);
    expect(await publish(client, queue, intact)).toMatchObject({ firstSeq: 1 });
  });
});

describe('a frame that is sent again', () => {
  it('byte for byte is stored once, on a new connection and when its ids are forgotten', async () => {
    const [client, queue] = [await server.connect({ secret: SECRET }), server.queue()];
    const [producer, one, two] = [newId(), message(1), message(2)];
    const frame = handMadeFrame([one, two], producer, 1);
    await publish(client, queue, frame);
    client.socket.disconnect();
    const again = await server.connect({ secret: SECRET });
    await forgetIds(again, queue);
    expect(await publish(again, queue, frame)).toMatchObject({
      duplicates: [
        { index: 0, seq: 1 },
        { index: 1, seq: 2 },
      ],
    });
    expect(await publish(again, queue, handMadeFrame([one], producer, 1))).toMatchObject({ duplicates: [] });
  });

  it('packed again is recognised only by its ids', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    const [producer, one, two] = [newId(), message(1), message(2)];
    await publish(client, queue, handMadeFrame([one, two], producer, 1));
    const packedAgain = handMadeFrame([two], producer, 2);
    expect(await publish(client, queue, packedAgain)).toMatchObject({ duplicates: [{ index: 0, seq: 2 }] });
  });

  it('without a producer is recognised by its ids, as messages of the JSON form are', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    const frame = handMadeFrame([message(1)], '00000000-0000-0000-0000-000000000000', 0);
    await publish(client, queue, frame);
    expect(await publish(client, queue, frame)).toMatchObject({ duplicates: [{ index: 0, seq: 1 }] });
  });
});

describe('the numbers of a producer', () => {
  it('may jump, and a lower one that comes late is stored after the others', async () => {
    const [client, queue, producer] = [await server.connect(), server.queue(), newId()];
    const at = (number: number) => handMadeFrame([message(number)], producer, number);
    const seqs = [];
    for (const number of [1, 1_000, 5]) seqs.push((await publish(client, queue, at(number))).firstSeq);
    expect(seqs).toEqual([1, 2, 3]);
    expect(await numbersIn(client, queue)).toEqual([1, 1_000, 5]);
  });

  it('that is used twice, with other messages, stores both', async () => {
    const [client, queue, producer] = [await server.connect(), server.queue(), newId()];
    await publish(client, queue, handMadeFrame([message(1)], producer, 1));
    await publish(client, queue, handMadeFrame([message(2)], producer, 1));
    expect(await numbersIn(client, queue)).toEqual([1, 2]);
  });

  it('are counted by queue', async () => {
    const [client, producer] = [await server.connect(), newId()];
    const frame = handMadeFrame([message(1)], producer, 1);
    for (const queue of [server.queue(), server.queue()]) {
      expect(await publish(client, queue, frame)).toMatchObject({ firstSeq: 1, duplicates: [] });
    }
  });
});
