import { Buffer } from 'node:buffer';
import { consequenceOf, failureOf } from './failure.js';
import type { JournalRecord } from './record.js';
import type { RecordStream } from './record-stream.js';
import type { StoreRequests } from './store-requests.js';

const STORED: Appended = { kind: 'durable' };
/** How often JetStream is asked where a stream ends that seems to be too short: for about 7 s. */
const MAX_ASKS = 14;

/** Hears when an append has no answer, and when it is known what became of it. */
export interface Answering {
  unanswered(error: unknown): void;
  answered(): void;
}

/** `foreign`: the stream has something else where the record belongs; why. */
export type Appended =
  | { readonly kind: 'durable' }
  | { readonly kind: 'full' | 'broken'; readonly error: unknown }
  | { readonly kind: 'foreign'; readonly why: string };

export interface RecordAppenderOptions {
  readonly stream: Pick<RecordStream, 'append' | 'info' | 'at' | 'remove'>;
  readonly requests: Pick<StoreRequests, 'once' | 'repeat' | 'another'>;
  readonly answering: Answering;
}

/**
 * Appends records, each at the one place where it belongs, until it is known whether it is stored there. One at a time:
 * of several in flight, one that was sent before another server took over could find its place behind that one's record.
 */
export class RecordAppender {
  readonly #options: RecordAppenderOptions;
  #position: number;
  /** Given up for lack of room, while an earlier request may still store it in the place that is due. */
  #givenUp: JournalRecord[] = [];

  constructor(options: RecordAppenderOptions, position: number) {
    this.#options = options;
    this.#position = position;
  }

  /** The sequence of the last message of the stream. */
  get position(): number {
    return this.#position;
  }

  async append(record: JournalRecord): Promise<Appended> {
    const { answering } = this.#options;
    try {
      return await this.#until(record);
    } catch (error) {
      return failureOf(error) === 'missing'
        ? { kind: 'foreign', why: 'it is gone' }
        : { kind: 'broken', error };
    } finally {
      answering.answered();
    }
  }

  async #until(record: JournalRecord): Promise<Appended> {
    const { requests, answering } = this.#options;
    let mayArrive = false;
    for (let failures = 0; ; failures++) {
      const sent = await this.#send(record);
      if (sent === undefined) return STORED;
      const failure = consequenceOf(sent.error);
      if (failure === 'broken') throw sent.error;
      if (failure === 'unanswered') {
        mayArrive = true;
        answering.unanswered(sent.error);
        await requests.another(failures, sent.error);
      }
      const found = await this.#settle(record);
      if (found !== undefined) return found;
      if (failure === 'full') {
        if (mayArrive) this.#givenUp.push(record);
        return { kind: 'full', error: sent.error };
      }
      // The leader that answered may not be the one that refused.
      if (failure === 'compared') await requests.another(failures, sent.error);
    }
  }

  /** Undefined when it was stored in its place. */
  async #send(record: JournalRecord): Promise<{ readonly error: unknown } | undefined> {
    const { stream, requests } = this.#options;
    const due = this.#position + 1;
    try {
      const position = await requests.once(() => stream.append(record, this.#position));
      if (position !== due) return { error: new Error(`JetStream stored it at ${position}, not at ${due}`) };
      this.#moveTo(due);
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  /** What is in its place? Undefined: nothing, or the place is another one now. */
  async #settle(record: JournalRecord): Promise<Appended | undefined> {
    const { stream, requests } = this.#options;
    const end = await this.#end();
    const due = this.#position + 1;
    if (end === this.#position) return undefined;
    if (end < this.#position) return { kind: 'foreign', why: shorter(end, this.#position) };
    const stored = await requests.repeat(() => stream.at(due));
    if (isSame(stored, record)) {
      this.#moveTo(due);
      // What was written behind it refuses the next append.
      return STORED;
    }
    if (!this.#givenUp.some((other) => isSame(stored, other))) {
      return { kind: 'foreign', why: `another server wrote at ${due}` };
    }
    // Its messages were refused: their seqs are assigned again.
    await requests.repeat(() => stream.remove(due));
    this.#moveTo(due);
    return undefined;
  }

  /**
   * Where the stream ends. A node that leads it since a moment ago, or goes on after it was frozen, may not have everything
   * yet: it is asked again for some seconds.
   */
  async #end(): Promise<number> {
    const { stream, requests, answering } = this.#options;
    for (let asks = 1; ; asks++) {
      const { state } = await requests.repeat(() => stream.info());
      if (state.last_seq >= this.#position || asks === MAX_ASKS) return state.last_seq;
      const error = new Error(shorter(state.last_seq, this.#position));
      answering.unanswered(error);
      await requests.another(asks, error);
    }
  }

  #moveTo(position: number): void {
    this.#position = position;
    this.#givenUp = [];
  }
}

const shorter = (end: number, position: number): string => `it ends at ${end} and not at ${position}`;

const isSame = (stored: JournalRecord | undefined, record: JournalRecord): boolean =>
  stored?.kind === record.kind && Buffer.compare(stored.bytes, record.bytes) === 0;
