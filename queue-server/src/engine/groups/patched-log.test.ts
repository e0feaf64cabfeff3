import { describe, expect, it } from '@jest/globals';
import type { DeadLetter } from '@typed-queue/contracts';
import type { LogItem } from '../engine.js';
import { frameOf, stored } from '../frames.fixture.js';
import type { Log } from '../log/log.js';
import { PatchedLog } from './patched-log.js';

const letterOf = (seq: number): DeadLetter => ({
  position: seq,
  group: 'g',
  time: 1,
  code: 'rejected',
  reason: '',
  epoch: 'one',
  seq,
  handouts: 1,
  failures: [],
  message: { id: '', queue: 'files', event: 'said', payload: { seq }, headers: {}, seq, time: 7 },
});

/** A log that has lost seqs 1 to 9, of which some were redriven; letters of some may be lost as well. */
const open = (seqs: readonly number[], gone: readonly number[] = [], edited: readonly number[] = []) => {
  let reads = 0;
  const frame: LogItem = { kind: 'frame', frame: stored(frameOf([10, 11]), 10) };
  const log: Pick<Log, 'head' | 'read'> = {
    head: () => ({ epoch: 'one', firstSeq: 10, lastSeq: 11, bytes: 0 }),
    read: async (from) =>
      from > 9 ? [frame] : [{ kind: 'gap', gap: { from, to: 9, reason: 'retention' } }, frame],
  };
  const own = new PatchedLog({
    log,
    redriven: new Map(seqs.map((seq) => [seq, [seq]])),
    edited: new Set(edited),
    deadLetters: {
      read: async (positions) => {
        reads++;
        return positions.filter((position) => !gone.includes(position)).map(letterOf);
      },
    },
  });
  const read = async (from: number, maxBytes = 1024 * 1024): Promise<string[]> =>
    (await own.read(from, maxBytes)).map((item) =>
      item.kind === 'gap'
        ? `gap ${item.gap.from}-${item.gap.to}`
        : `frame ${item.frame.firstSeq}-${item.frame.lastSeq}`,
    );
  return { read, reads: () => reads };
};

describe('the log of a group with redriven messages', () => {
  it('supplies them where the log lost their messages', async () => {
    const { read } = open([2, 3, 7]);
    expect(await read(1)).toEqual([
      ...['gap 1-1', 'frame 2-2', 'frame 3-3', 'gap 4-6', 'frame 7-7', 'gap 8-9', 'frame 10-11'],
    ]);
    expect(await read(3)).toEqual(['frame 3-3', 'gap 4-6', 'frame 7-7', 'gap 8-9', 'frame 10-11']);
    expect(await read(10)).toEqual(['frame 10-11']);
  });

  it('has edited messages in frames of their own, and the rest of the frame around them', async () => {
    const { read } = open([11], [], [11]);
    expect(await read(10)).toEqual(['frame 10-10', 'frame 11-11']);
    expect(await open([10, 11], [], [10, 11]).read(10)).toEqual(['frame 10-10', 'frame 11-11']);
  });

  it('has the message of the log where its edited letter is lost, or it is no longer redriven', async () => {
    expect(await open([11], [11], [11]).read(10)).toEqual(['frame 10-11']);
    expect(await open([], [], [11]).read(10)).toEqual(['frame 10-11']);
  });

  it('ends a read when it has enough of them, without what follows', async () => {
    const { read } = open([2, 3, 7]);
    expect(await read(1, 1)).toEqual(['gap 1-1', 'frame 2-2']);
  });

  it('has a gap where the letter cannot be read either', async () => {
    const { read } = open([2, 3], [3]);
    expect(await read(1)).toEqual(['gap 1-1', 'frame 2-2', 'gap 3-9', 'frame 10-11']);
  });

  it('reads no letter while nothing is redriven', async () => {
    const { read, reads } = open([]);
    expect(await read(1)).toEqual(['gap 1-9', 'frame 10-11']);
    expect(reads()).toBe(0);
  });
});
