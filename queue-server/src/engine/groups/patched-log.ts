import type { DeadLetter, Gap, Range } from '@typed-queue/contracts';
import { encodeFrame, pickFrame, storedPriority, type Frame } from '@typed-queue/contracts/wire';
import { lastSeqOf, type LogItem } from '../log/scan.js';
import type { DeadLetters } from './dead-letters.js';
import type { Log } from '../log/log.js';

export interface PatchedLogDeps {
  readonly log: Pick<Log, 'head' | 'read'>;
  /** The letters of messages that were redriven, by seq. */
  readonly redriven: ReadonlyMap<number, readonly number[]>;
  /** Those of them that have another payload than in the log. */
  readonly edited: ReadonlySet<number>;
  /** See `StoredGroup`. */
  readonly unknown?: Range | undefined;
  readonly deadLetters: Pick<DeadLetters, 'read'>;
}

/**
 * The log of a queue as one group sees it: redriven messages that are lost, or were edited, come from their letters, and
 * what is unknown of the group is a gap.
 */
export class PatchedLog implements Pick<Log, 'head' | 'read'> {
  readonly #deps: PatchedLogDeps;

  constructor(deps: PatchedLogDeps) {
    this.#deps = deps;
  }

  head(): ReturnType<Log['head']> {
    return this.#deps.log.head();
  }

  async read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]> {
    const { log, redriven, unknown } = this.#deps;
    const to = unknown?.[1] ?? 0;
    if (fromSeq <= to) return [{ kind: 'gap', gap: { from: fromSeq, to, reason: 'damage' } }];
    const items = await log.read(fromSeq, maxBytes);
    if (redriven.size === 0) return items;
    const filled: LogItem[] = [];
    let room = maxBytes;
    for (const item of items) {
      const found = item.kind === 'gap' ? await this.#fill(item.gap, room) : await this.#edit(item);
      filled.push(...found);
      for (const each of found) if (each.kind === 'frame') room -= each.frame.bytes.byteLength;
      const last = found.at(-1);
      // Not all of the gap was filled: the next read continues there.
      if (item.kind === 'gap' && (last === undefined || lastSeqOf(last) < item.gap.to)) break;
    }
    return filled;
  }

  /** The gap with the messages that letters have, about `maxBytes` of them, but at least one. */
  async #fill(gap: Gap, maxBytes: number): Promise<LogItem[]> {
    const seqs = this.#redrivenIn(gap.from, gap.to);
    const items: LogItem[] = [];
    let next = gap.from;
    let room = maxBytes;
    for (const seq of seqs) {
      if (room <= 0) return items;
      const item = await this.#fromLetter(seq);
      if (item === undefined) continue;
      if (next < seq) items.push({ kind: 'gap', gap: { ...gap, from: next, to: seq - 1 } });
      items.push(item);
      room -= item.frame.bytes.byteLength;
      next = seq + 1;
    }
    if (next <= gap.to) items.push({ kind: 'gap', gap: { ...gap, from: next } });
    return items;
  }

  /** The frame with its edited messages in frames of their own. */
  async #edit(item: LogItem & { kind: 'frame' }): Promise<LogItem[]> {
    const { edited } = this.#deps;
    const { frame } = item;
    if (edited.size === 0) return [item];
    const seqs = this.#redrivenIn(frame.firstSeq, frame.lastSeq).filter((seq) => edited.has(seq));
    const items: LogItem[] = [];
    let next = frame.firstSeq;
    for (const seq of seqs) {
      const own = await this.#fromLetter(seq);
      if (own === undefined) continue;
      if (next < seq) items.push(partOf(frame, next, seq - 1));
      items.push(own);
      next = seq + 1;
    }
    if (next === frame.firstSeq) return [item];
    return next > frame.lastSeq ? items : [...items, partOf(frame, next, frame.lastSeq)];
  }

  #redrivenIn(from: number, to: number): number[] {
    return [...this.#deps.redriven.keys()].filter((seq) => from <= seq && seq <= to).sort((a, b) => a - b);
  }

  /** The message of the letter that was redriven last. */
  async #fromLetter(seq: number): Promise<(LogItem & { kind: 'frame' }) | undefined> {
    const { redriven, deadLetters } = this.#deps;
    const [letter] = await deadLetters.read(redriven.get(seq)?.slice(-1) ?? []);
    return letter && frameOf(letter);
  }
}

const partOf = (frame: Frame, from: number, to: number): LogItem => {
  const indexes = Array.from({ length: to - from + 1 }, (_, index) => from + index - frame.firstSeq);
  return { kind: 'frame', frame: pickFrame(frame, indexes) };
};

const frameOf = ({ seq, message }: DeadLetter): (LogItem & { kind: 'frame' }) | undefined => {
  if (message === null) return undefined;
  const { id, event, payload, headers, time } = message;
  const texts =
    Object.keys(headers).length === 0
      ? {}
      : { headers: JSON.stringify(headers), key: headers.key, priority: storedPriority(headers) };
  const frame = encodeFrame([{ id, event, payload: JSON.stringify(payload), ...texts }]);
  frame.stamp({ firstSeq: seq, time, durableOffset: 0 });
  return { kind: 'frame', frame };
};
