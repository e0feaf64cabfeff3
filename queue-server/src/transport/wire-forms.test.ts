import { describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { encodeFrame, frameAt, type Frame } from '@typed-queue/contracts/wire';
import { frameOf, idOf, stored } from '../engine/frames.fixture.js';
import { binaryGrant, piecesOf, plainGrant } from './wire-forms.js';

const LEASE_MS = 30_000;
const frames = (): Frame[] => [stored(frameOf([1, 2]), 5), stored(frameOf([3]), 7)];
const attempts = [
  [6, 6, 2],
  [7, 9, 3],
] as const;
const claimed = (of: readonly Frame[]) => ({ token: 4, frames: of, attempts, gaps: [] });

describe('a binary grant', () => {
  it('says in its header under which lease and at which attempts its messages are', () => {
    const [[header]] = binaryGrant('mine', LEASE_MS, claimed(frames()));
    expect(header).toEqual({ subscription: 'mine', token: 4, leaseMs: LEASE_MS, attempts });
  });

  it('holds its frames back to back', () => {
    const sources = frames();
    const [, pieces] = binaryGrant('mine', LEASE_MS, claimed(sources));
    const bytes = Buffer.concat(pieces);
    const found: Frame[] = [];
    for (let at = 0; at < bytes.byteLength;) {
      const next = frameAt(bytes, at);
      if (next.kind !== 'frame') throw new Error(`no frame at ${at}: ${next.kind}`);
      found.push(next.frame);
      at += next.frame.bytes.byteLength;
    }
    expect(found.map(({ firstSeq, lastSeq }) => [firstSeq, lastSeq])).toEqual([
      [5, 6],
      [7, 7],
    ]);
    expect(found.map((frame) => frame.id(0))).toEqual([idOf(1), idOf(3)]);
  });

  it('joins small frames, and copies nothing of a large one', () => {
    const large = stored(
      encodeFrame([{ id: newId(), event: 'said', payload: `"${'x'.repeat(40_000)}"` }]),
      8,
    );
    const [one, two] = frames();
    if (one === undefined || two === undefined) throw new Error('no frames');
    expect(piecesOf([large, one, two, large])).toEqual([
      large.bytes,
      new Uint8Array(Buffer.concat([one.bytes, two.bytes, large.bytes])),
    ]);
    expect(piecesOf([large, large])[1]).toBe(large.bytes);
    expect(piecesOf([])).toEqual([new Uint8Array()]);
  });

  it('copies nothing of a single frame', () => {
    const [only] = frames();
    if (only === undefined) throw new Error('no frame');
    expect(binaryGrant('mine', LEASE_MS, claimed([only]))[1]).toEqual([only.bytes]);
  });
});

describe('a plain grant', () => {
  it('holds the messages of all its frames, each with its attempt', () => {
    const grant = plainGrant('mine', LEASE_MS, 'files', claimed(frames()));
    expect(grant).toMatchObject({ subscription: 'mine', token: 4, leaseMs: LEASE_MS });
    expect(grant.messages).toEqual(
      [
        { seq: 5, number: 1, attempt: 1 },
        { seq: 6, number: 2, attempt: 2 },
        { seq: 7, number: 3, attempt: 3 },
      ].map(({ seq, number, attempt }) => ({
        id: idOf(number),
        queue: 'files',
        event: 'said',
        headers: {},
        time: 1_000,
        payload: { number, text: '' },
        seq,
        attempt,
      })),
    );
  });

  it('holds headers', () => {
    const headers = { key: 'k' };
    const draft = { id: newId(), event: 'said', payload: 'null', headers: JSON.stringify(headers), key: 'k' };
    const frame = stored(encodeFrame([draft]), 1);
    expect(plainGrant('mine', LEASE_MS, 'files', claimed([frame])).messages).toMatchObject([
      { headers, payload: null, attempt: 1 },
    ]);
  });
});
