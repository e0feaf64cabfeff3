import { QueueError } from '@typed-queue/contracts';
import { pickFrame, type Frame } from '@typed-queue/contracts/wire';
import type { Duplicates } from '../dedup/duplicates.js';
import type { ExpectedSeq } from '../expected/expected-seq.js';
import { LastSeqs } from '../expected/last-seqs.js';
import type { Journal } from '../journal/journal.js';
import type { Appended, Head, Log, LogItem } from '../log/log.js';
import { LogRetention, type RetentionRules } from '../log/retention.js';

/** When more than this waits for the disk, publishers are refused. */
const MAX_BYTES_WAITING = 64 * 1024 * 1024;

/** The log of one queue: a journal that stores each message once. */
export class QueueLog implements Log {
  readonly #journal: Journal;
  readonly #now: () => number;
  readonly #duplicates: Duplicates;
  readonly #lastSeqs: LastSeqs;
  readonly #retention: LogRetention;

  /** `duplicates` is the state that the journal was opened with. Retention is applied at once. */
  constructor(journal: Journal, duplicates: Duplicates, rules: RetentionRules) {
    this.#journal = journal;
    this.#duplicates = duplicates;
    this.#now = rules.now;
    this.#lastSeqs = new LastSeqs(journal, duplicates);
    journal.onFailedFrom((fromSeq) => {
      this.#duplicates.forget(fromSeq);
      this.#lastSeqs.failed();
    });
    const segmented = {
      segments: () => journal.segments,
      roll: () => journal.roll(),
      dropBefore: (seq: number) => journal.dropBefore(seq),
      fault: () => journal.fault(),
    };
    this.#retention = new LogRetention(segmented, rules);
    this.#checkWhenSealed();
    this.#retention.check();
  }

  onCommit(listener: () => void): void {
    this.#journal.onCommit(listener);
  }

  fault(): QueueError | undefined {
    return this.#journal.fault();
  }

  async close(): Promise<void> {
    await Promise.all([this.#retention.stop(), this.#journal.close()]);
  }

  head(): Head {
    const { epoch, firstSeq, lastSeq, bytes } = this.#journal;
    return { epoch, firstSeq, lastSeq, bytes };
  }

  read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]> {
    return this.#journal.read(fromSeq, maxBytes);
  }

  follow(next: () => number): () => void {
    return this.#journal.follow(next);
  }

  roll(): Promise<void> {
    return this.#journal.roll();
  }

  async trim(beforeSeq: number): Promise<void> {
    const { lastSeq } = this.#journal;
    // A full disk has no room for a new segment, and removing old ones frees it.
    if (beforeSeq > lastSeq && this.fault() === undefined) await this.#journal.roll();
    await this.#journal.dropBefore(Math.min(beforeSeq, lastSeq + 1));
  }

  /** Appends what is new in a frame. Resolves when all of it, new or duplicate, is durable. */
  append(frame: Frame, expected?: ExpectedSeq): Promise<Appended> {
    if (expected === undefined) return this.#append(frame);
    return this.#lastSeqs.append(frame, expected, () => this.#append(frame));
  }

  async #append(frame: Frame): Promise<Appended> {
    const fault = this.#journal.fault();
    if (fault !== undefined) throw fault;
    if (this.#journal.bytesWaiting > MAX_BYTES_WAITING) {
      throw new QueueError(
        'overloaded',
        'Too much waits for the disk of the server. Send it again in a moment.',
      );
    }
    const { epoch, nextSeq: firstSeq } = this.#journal;
    const { fresh, duplicates } = this.#duplicates.deduplicate(frame, firstSeq, this.#now());
    if (fresh.length > 0) {
      const added = fresh.length === frame.count ? frame : pickFrame(frame, fresh);
      const { durable } = this.#journal.append(added);
      this.#lastSeqs.appended(added, firstSeq);
      await durable;
    } else {
      await this.#journal.whenDurable(duplicates.reduce((newest, { seq }) => Math.max(newest, seq), 0));
    }
    return { epoch, firstSeq, duplicates };
  }

  #checkWhenSealed(): void {
    const journal = this.#journal;
    let active = journal.activeFirstSeq;
    journal.onCommit(() => {
      if (journal.activeFirstSeq === active) return;
      active = journal.activeFirstSeq;
      this.#retention.check();
    });
  }
}
