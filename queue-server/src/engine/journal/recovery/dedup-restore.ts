import { KIND, type Frame } from '@typed-queue/contracts/wire';
import type { DedupState } from '../dedup-state.js';
import { reading, type FileSystem } from '../file-system.js';
import { FrameScanner, scanFrames } from '../segment/frame-scanner.js';
import type { LogStart } from '../segment/log-start-checkpoint.js';
import { newestProducerSnapshot, readFooterIds } from '../segment/segment-footer.js';
import { startOf } from '../segment/segment-header.js';
import { datedSegment, type Survey, type SurveyedFile } from './survey.js';

/** Restores the deduplication state of a log, segment by segment, the oldest first. */
export class DedupRestore {
  readonly #fileSystem: FileSystem;
  readonly #dedup: DedupState;
  /** The first seq that the producer snapshot does not cover. */
  #snapshotNextSeq = 0;
  /** The first seq whose id has to be known. */
  #idsFrom = 0;

  constructor(fileSystem: FileSystem, dedup: DedupState) {
    this.#fileSystem = fileSystem;
    this.#dedup = dedup;
  }

  /** Restores from all segments but the last. */
  async begin({ files, checkpoint }: Survey, start: LogStart): Promise<void> {
    const segments = files.map(({ segment }) => segment);
    const producers = (await newestProducerSnapshot(this.#fileSystem, segments)) ?? start.producers;
    if (producers !== undefined) {
      this.#dedup.restoreProducers(producers.text);
      this.#snapshotNextSeq = producers.nextSeq;
    }
    const last = files.at(-1);
    const nextSeq = Math.max(checkpoint?.nextSeq ?? 0, last?.segment.firstSeq ?? 0);
    this.#idsFrom = this.#dedup.idsFrom(files.map(datedSegment), nextSeq);
    for (const [index, file] of files.slice(0, -1).entries()) {
      await this.sealed(file, files[index + 1]?.segment.firstSeq ?? nextSeq);
    }
  }

  /** Restores from a segment that is no longer written: from its footer, or else from its frames. */
  async sealed({ segment, size }: SurveyedFile, nextSeq: number): Promise<void> {
    const { path } = segment;
    const inSnapshot = nextSeq <= this.#snapshotNextSeq;
    if (inSnapshot && nextSeq <= this.#idsFrom) return;
    await reading(this.#fileSystem, path, async (file) => {
      const found = inSnapshot ? await readFooterIds(file, size, path) : undefined;
      if (found) {
        this.#dedup.restoreIds(found.ids, found.nextSeq, found.time);
        return;
      }
      const scanner = new FrameScanner(path, startOf(segment), nextSeq);
      await scanFrames(
        file,
        scanner,
        ({ frame }) => {
          if (frame.header.kind === KIND.index) return 'stop';
          this.frame(frame);
          return 'continue';
        },
        { end: size },
      );
    });
  }

  /** Restores from a frame of the last segment. */
  frame(frame: Frame): void {
    this.#dedup.replay(frame, frame.firstSeq < this.#snapshotNextSeq);
  }

  /** The frames from this seq on are cut off. */
  cut(fromSeq: number): void {
    this.#dedup.forget(fromSeq);
  }
}
