import { describe, expect, it } from '@jest/globals';
import { pickFrame, type Frame } from '@typed-queue/contracts/wire';
import { frameOf, producerOf } from '../frames.fixture.js';
import { FakeJournal } from './fake-journal.fixture.js';
import { forgetIds, open } from './queue-log.fixture.js';

const producer = producerOf(1);

describe('a frame that its producer resends', () => {
  const origin = { producer, firstNumber: 7 };

  it('gets the seqs that it has, long after its ids are forgotten', async () => {
    const opened = open();
    const { log, journal } = opened;
    await log.append(frameOf([1, 2], origin));
    await forgetIds(opened);
    const before = journal.frames.length;
    expect(await log.append(frameOf([1, 2], origin))).toMatchObject({
      duplicates: [
        { index: 0, seq: 1 },
        { index: 1, seq: 2 },
      ],
    });
    expect(journal.frames).toHaveLength(before);
    expect(await log.append(frameOf([1, 2]))).toMatchObject({ duplicates: [] });
  });

  it('gets the seqs that its messages have in other frames, and those of its own', async () => {
    const opened = open();
    const { log } = opened;
    await log.append(frameOf([2]));
    await log.append(frameOf([1, 2, 3], origin));
    await forgetIds(opened);
    const { duplicates } = await log.append(frameOf([1, 2, 3], origin));
    expect(duplicates.map(({ seq }) => seq)).toEqual([2, 1, 3]);
  });

  it('gets the seqs of what the guard let through', async () => {
    const opened = open();
    const guarded = (): Frame => pickFrame(frameOf([1, 2, 3], origin), [0, 2]);
    await opened.log.append(guarded());
    await forgetIds(opened);
    expect(await opened.log.append(guarded())).toMatchObject({
      duplicates: [
        { index: 0, seq: 1 },
        { index: 1, seq: 2 },
      ],
    });
  });

  it('is stored once when it is resent before it is durable', async () => {
    const { log, journal } = open();
    journal.held = true;
    const first = log.append(frameOf([1, 2], origin));
    const second = log.append(frameOf([1, 2], origin));
    journal.commit();
    expect(await first).toMatchObject({ firstSeq: 1, duplicates: [] });
    expect((await second).duplicates.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(journal.frames).toHaveLength(1);
  });

  it.each([
    ['the frames of the journal', 1],
    ['the producer snapshot of a sealed segment', 3],
  ])('is recognised after a restart by %s', async (_, replayFrom) => {
    const before = open();
    await before.log.append(frameOf([1, 2], origin));
    const sealedProducers = replayFrom > 1 ? before.duplicates.producerSnapshot(replayFrom) : undefined;
    const after = open(new FakeJournal({ items: before.journal.items, sealedProducers, replayFrom }));
    await forgetIds(after);
    const { duplicates } = await after.log.append(frameOf([1, 2], origin));
    expect(duplicates.map(({ seq }) => seq)).toEqual([1, 2]);
  });
});
