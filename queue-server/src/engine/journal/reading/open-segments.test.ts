import { describe, expect, it } from '@jest/globals';
import type { File } from '../file-system.js';
import type { Segment } from '../segment/segment-header.js';
import { OpenSegments, type OpenSegment } from './open-segments.js';
import { SparseIndex } from '../segment/sparse-index.js';

const segments = [1, 2, 3].map((firstSeq): Segment => ({ firstSeq, path: `${firstSeq}` }));
const [one, two, three] = segments as [Segment, Segment, Segment];

/** A shelf for two segments that notes what is opened (+) and closed (-). */
const shelfOfTwo = (open: () => Promise<void> = () => Promise.resolve()) => {
  const notes: string[] = [];
  const shelf = new OpenSegments(2, async ({ path }): Promise<OpenSegment> => {
    await open();
    notes.push(`+${path}`);
    const close = async (): Promise<void> => void notes.push(`-${path}`);
    const unused = (): never => {
      throw new Error('not used');
    };
    const file: File = { size: unused, read: unused, write: unused, flush: unused, truncate: unused, close };
    return { file, extent: { index: new SparseIndex(), end: 0 } };
  });
  return { shelf, notes };
};

const nothing = (): Promise<void> => Promise.resolve();

describe('a shelf', () => {
  it('closes what was used longest ago', async () => {
    const { shelf, notes } = shelfOfTwo();
    for (const segment of [one, two, one, three, one]) await shelf.use(segment, nothing);
    expect(notes).toEqual(['+1', '+2', '+3', '-2']);
    await shelf.close();
    expect(notes.toSorted()).toEqual(['+1', '+2', '+3', '-1', '-2', '-3']);
  });

  it('opens a segment once for many, and closes it only when all are done', async () => {
    const { shelf, notes } = shelfOfTwo();
    let done = (): void => undefined;
    const long = shelf.use(one, () => new Promise<void>((resolve) => (done = resolve)));
    await shelf.use(one, nothing);
    await shelf.remove(one);
    expect(notes).toEqual(['+1']);
    done();
    await long;
    expect(notes).toEqual(['+1', '-1']);
  });

  it('tries again what could not be opened', async () => {
    let fails = true;
    const { shelf, notes } = shelfOfTwo(async () => {
      if (fails) throw new Error('no');
    });
    await expect(shelf.use(one, nothing)).rejects.toThrow('no');
    fails = false;
    await shelf.use(one, nothing);
    expect(notes).toEqual(['+1']);
  });
});
