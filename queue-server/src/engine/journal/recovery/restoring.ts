import { KIND, type Frame } from '@typed-queue/contracts/wire';
import type { DerivedState } from '../derived-state.js';
import { reading, type FileSystem } from '../file-system.js';
import type { Removed } from '../segment/removed-mark.js';
import { newestNote } from '../segment/seal-note.js';
import { readSealedIds } from '../segment/sealed-ids.js';
import { HEADER_SIZE } from '../segment/segment-header.js';
import { FrameWalk, type Visit } from './frame-walk.js';
import { scan } from './scan.js';
import { datedSegment, type Survey, type SurveyedFile } from './survey.js';

/** Restores the derived state of a log, segment by segment, the oldest first. */
export class Restoring {
  readonly #fileSystem: FileSystem;
  readonly #derived: DerivedState;
  /** The first seq that the note does not cover. */
  #notedBefore = 0;
  /** The first seq whose id has to be known. */
  #idsFrom = 0;

  constructor(fileSystem: FileSystem, derived: DerivedState) {
    this.#fileSystem = fileSystem;
    this.#derived = derived;
  }

  /** Restores what all segments but the last hold. */
  async begin({ files, mark }: Survey, removed: Removed): Promise<void> {
    const segments = files.map(({ segment }) => segment);
    const note = (await newestNote(this.#fileSystem, segments)) ?? removed.note;
    if (note !== undefined) {
      this.#derived.restoreNote(note.text);
      this.#notedBefore = note.nextSeq;
    }
    const last = files.at(-1);
    const nextSeq = Math.max(mark?.nextSeq ?? 0, last?.segment.firstSeq ?? 0);
    this.#idsFrom = this.#derived.idsFrom(files.map(datedSegment), nextSeq);
    for (const [index, file] of files.slice(0, -1).entries()) {
      await this.sealed(file, files[index + 1]?.segment.firstSeq ?? nextSeq);
    }
  }

  /** Restores what a segment holds that is not written any more: from its seal, or else from its frames. */
  async sealed({ segment, size }: SurveyedFile, nextSeq: number): Promise<void> {
    const { path, firstSeq } = segment;
    const isNoted = nextSeq <= this.#notedBefore;
    if (isNoted && nextSeq <= this.#idsFrom) return;
    await reading(this.#fileSystem, path, async (file) => {
      const found = isNoted ? await readSealedIds(file, size, path) : undefined;
      if (found) {
        this.#derived.restoreIds(found.ids, found.nextSeq, found.time);
        return;
      }
      const walk = new FrameWalk(path, { seq: firstSeq, offset: HEADER_SIZE }, nextSeq);
      await scan(file, size, walk, this.#visit);
    });
  }

  /** Restores what a frame of the last segment holds. */
  frame(frame: Frame): void {
    this.#derived.replay(frame, frame.firstSeq < this.#notedBefore);
  }

  /** The frames from this seq on are cut off. */
  cut(fromSeq: number): void {
    this.#derived.forget(fromSeq);
  }

  readonly #visit: Visit = ({ frame }) => {
    if (frame.header.kind === KIND.index) return 'stop';
    this.frame(frame);
    return 'go-on';
  };
}
