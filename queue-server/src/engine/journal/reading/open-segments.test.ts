import { describe, expect, it } from '@jest/globals';
import type { File } from '../file-system.js';
import type { Segment } from '../segment/segment-header.js';
import { OpenSegments, type OpenSegment } from './open-segments.js';
import { SparseIndex } from '../segment/sparse-index.js';

const segments = [1, 2, 3].map((firstSeq): Segment => ({ firstSeq, path: `${firstSeq}` }));
const [one, two, three] = segments as [Segment, Segment, Segment];

/** Keeps two segments open and records what is opened (+) and closed (-). */
const twoOpen = (open: () => Promise<void> = () => Promise.resolve()) => {
  const calls: string[] = [];
  const segments = new OpenSegments(2, async ({ path }): Promise<OpenSegment> => {
    await open();
    calls.push(`+${path}`);
    const close = async (): Promise<void> => void calls.push(`-${path}`);
    const unused = (): never => {
      throw new Error('not used');
    };
    const writing = { write: unused, writeZeros: unused, flush: unused, truncate: unused };
    const file: File = { size: unused, read: unused, ...writing, close };
    return { file, extent: { index: new SparseIndex(), end: 0 } };
  });
  return { segments, calls };
};

const nothing = (): Promise<void> => Promise.resolve();

describe('open segments', () => {
  it('close the least recently used', async () => {
    const { segments, calls } = twoOpen();
    for (const segment of [one, two, one, three, one]) await segments.use(segment, nothing);
    expect(calls).toEqual(['+1', '+2', '+3', '-2']);
    await segments.close();
    expect(calls.toSorted()).toEqual(['+1', '+2', '+3', '-1', '-2', '-3']);
  });

  it('open a segment once for many, and close it only when all are done', async () => {
    const { segments, calls } = twoOpen();
    let done = (): void => undefined;
    const long = segments.use(one, () => new Promise<void>((resolve) => (done = resolve)));
    await segments.use(one, nothing);
    await segments.remove(one);
    expect(calls).toEqual(['+1']);
    done();
    await long;
    expect(calls).toEqual(['+1', '-1']);
  });

  it('retry what could not be opened', async () => {
    let fails = true;
    const { segments, calls } = twoOpen(async () => {
      if (fails) throw new Error('no');
    });
    await expect(segments.use(one, nothing)).rejects.toThrow('no');
    fails = false;
    await segments.use(one, nothing);
    expect(calls).toEqual(['+1']);
  });
});
