import { describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { encodeFrame, NIL_UUID, openFrame, type Frame } from '@typed-queue/contracts/wire';
import { Producers } from './producers.js';

const [id, otherId] = [newId(), newId()];
const frameOf = (producer: string): Frame =>
  encodeFrame([{ id: newId(), event: 'save', payload: '{}' }], { producer, firstNumber: 1 });
const stored = (client: string, producer: string): string => {
  const frame = frameOf(producer);
  new Producers(client).assign(frame);
  return openFrame(frame.bytes).header.producer;
};

describe('a producer in the log', () => {
  it('is the same on all connections of its client', () => {
    expect(stored('client', id)).toBe(stored('client', id));
  });

  it('is another for each client and each id', () => {
    const all = [stored('client', id), stored('client', otherId), stored('other', id), stored('', id)];
    expect(new Set(all).size).toBe(4);
  });

  it('does not show the id by which a client could use it', () => {
    expect(stored('client', id)).not.toBe(id);
    expect(stored('', id)).not.toBe(id);
  });

  it('follows the frames of one connection, whichever producer they name', () => {
    const producers = new Producers('client');
    const frames = [id, otherId, id, NIL_UUID].map(frameOf);
    for (const frame of frames) producers.assign(frame);
    expect(frames.map(({ header }) => header.producer)).toEqual([
      ...[stored('client', id), stored('client', otherId), stored('client', id)],
      NIL_UUID,
    ]);
  });
});
