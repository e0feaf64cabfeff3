import { expect } from '@jest/globals';
import { encodeFrame, type Frame } from '@typed-queue/contracts/wire';
import type { LogItem } from '../engine.js';
import { idOf, producerOf } from '../frames.fixture.js';
import type { Guarantee } from './guarantee.fixture.js';
import { OTHER_QUEUE, QUEUE } from './trial.fixture.js';

const lastOf = (items: readonly LogItem[]): number =>
  items.reduce((last, item) => Math.max(last, item.kind === 'gap' ? item.gap.to : item.frame.lastSeq), 0);

export const reads = (guarantee: Guarantee): void => {
  guarantee('begins empty', async (trial) => {
    const { firstSeq, lastSeq } = trial.engine.queue(QUEUE).head();
    expect([firstSeq, lastSeq]).toEqual([1, 0]);
    expect(await trial.engine.queue(QUEUE).read(1, 1024)).toEqual([]);
  });

  guarantee('has the newest message at its head when that is answered', async (trial) => {
    await trial.append([1, 2]);
    expect(trial.engine.queue(QUEUE).head()).toMatchObject({ firstSeq: 1, lastSeq: 2 });
  });

  guarantee('reads what was appended: event, headers, payload, key and producer', async (trial) => {
    const payload = JSON.stringify({ text: 'Grüße, 世界 🎉', long: 'x'.repeat(100_000) });
    const draft = { id: idOf(1), event: 'said', payload, headers: '{"key":"k"}', key: 'k' };
    const origin = { producer: producerOf(1), firstNumber: 3 };
    const sent = encodeFrame([draft], origin);
    const about = (frame: Frame): unknown => [
      ...[frame.id(0), frame.event(0), frame.headersText(0), frame.payloadText(0), frame.keyHash(0)],
      ...[frame.header.producer, frame.header.firstNumber],
    ];
    const before = about(sent);
    await trial.engine.queue(QUEUE).append(sent);
    const [item] = await trial.engine.queue(QUEUE).read(1, 1);
    if (item?.kind !== 'frame') throw new Error('there is no frame');
    expect(about(item.frame)).toEqual(before);
    expect(item.frame.header).toMatchObject({ firstSeq: 1, time: trial.time.now });
  });

  guarantee('reads every message from a seq on, in steps of some bytes', async (trial) => {
    for (const number of [1, 3, 5, 7]) await trial.append([number, number + 1]);
    for (const maxBytes of [1, 300, 1_000_000]) {
      for (let from = 1; from <= 8; from++) {
        const items = await trial.readAll(from, maxBytes);
        let next = from;
        for (const item of items) {
          if (item.kind !== 'frame') throw new Error('there is no gap');
          expect(item.frame.firstSeq).toBeLessThanOrEqual(next);
          expect(item.frame.lastSeq).toBeGreaterThanOrEqual(next);
          next = item.frame.lastSeq + 1;
        }
        expect(next).toBe(9);
      }
    }
  });

  guarantee('reads about as many bytes as it may, but one frame at least', async (trial) => {
    for (const number of [1, 2, 3, 4]) await trial.append([number]);
    expect(await trial.engine.queue(QUEUE).read(2, 1)).toHaveLength(1);
    expect(await trial.engine.queue(QUEUE).read(2, 1024 * 1024)).toHaveLength(3);
  });

  guarantee('reads nothing at the head and beyond', async (trial) => {
    await trial.append([1, 2]);
    expect(await trial.engine.queue(QUEUE).read(3, 1024)).toEqual([]);
    expect(await trial.engine.queue(QUEUE).read(99, 1024)).toEqual([]);
  });

  guarantee('never reads beyond the head, whatever is being appended', async (trial) => {
    const appending = Promise.all([1, 2, 3, 4, 5].map((number) => trial.append([number])));
    let reads = 0;
    const reading = async (): Promise<void> => {
      for (; trial.engine.queue(QUEUE).head().lastSeq < 5; reads++) {
        const last = lastOf(await trial.engine.queue(QUEUE).read(1, 1024 * 1024));
        expect(last).toBeLessThanOrEqual(trial.engine.queue(QUEUE).head().lastSeq);
        await new Promise(setImmediate);
      }
    };
    await Promise.all([appending, reading()]);
    expect(lastOf(await trial.engine.queue(QUEUE).read(1, 1024 * 1024))).toBe(5);
  });

  guarantee('gives messages times that never go backwards, although the clock does', async (trial) => {
    const { now } = trial.time;
    await trial.append([1]);
    trial.time.now -= 10_000;
    await trial.append([2]);
    trial.time.now += 30_000;
    await trial.append([3]);
    const times = (await trial.readAll()).map((item) => (item.kind === 'frame' ? item.frame.header.time : 0));
    expect(times).toEqual([now, now, now + 20_000]);
  });

  guarantee('reads a gap in the place of a message that is damaged', async (trial) => {
    for (const number of [1, 2, 3]) await trial.append([number]);
    await trial.restartDamaged(QUEUE, 2);
    expect(await trial.stored()).toEqual([idOf(1), 'gap 2 to 2: damage', idOf(3)]);
    expect(await trial.append([4])).toMatchObject({ firstSeq: 4 });
  });

  guarantee('finds the first message stored at a time or later', async (trial) => {
    const { now } = trial.time;
    for (const number of [1, 3, 5, 7]) {
      await trial.append([number, number + 1]);
      trial.time.now += 1_000;
    }
    const places: readonly [time: number, seq: number][] = [
      [0, 1],
      [now, 1],
      [now + 1, 3],
      [now + 1_000, 3],
      [now + 2_999, 7],
      [now + 3_000, 7],
      [now + 3_001, 9],
    ];
    for (const [time, seq] of places) expect(await trial.engine.queue(QUEUE).seqAt({ time })).toBe(seq);
    expect(await trial.engine.queue(OTHER_QUEUE).seqAt({ time: now })).toBe(1);
  });

  guarantee('says what a queue takes', async (trial) => {
    const empty = trial.engine.queue(QUEUE).head().bytes;
    await trial.append([1, 2, 3]);
    const { bytes } = trial.engine.queue(QUEUE).head();
    expect(bytes).toBeGreaterThan(empty);
    await trial.engine.queue(QUEUE).trim(4);
    expect(trial.engine.queue(QUEUE).head().bytes).toBe(empty);
  });
};
