import type { Gap } from '@typed-queue/contracts';
import type { Tailing, TailRequest } from '@typed-queue/contracts/wire';
import type { Answer } from '../connection/requests.js';
import { concat, seqFrame } from '../consuming/grants.fixture.js';
import { refused } from '../requests.fixture.js';
import { TextMessages } from '../messages/lazy-messages.js';
import type { TailSource } from './tail-source.js';
import { liveText } from './tail.fixture.js';

interface ServedTail {
  /** The seq that it is sent next. */
  next: number;
  /** What its client reported. */
  reported: number;
  live: boolean;
}

/** Every third message is of the events that a filtered tail asks for. */
export const isWanted = (seq: number): boolean => seq % 3 === 0;

/**
 * A server of one queue with one tail. Requests reach it in order, one `process` each; what it sends arrives in order,
 * one `arrive` each; `cut` loses both. Another tail of the same connection is live all the time.
 */
export class ModelServer {
  first = 1;
  last = 0;
  readonly wrong: string[] = [];
  readonly #window: number;
  readonly #filtered: boolean;
  #tail: ServedTail | undefined;
  #requests: ((refuse: boolean) => void)[] = [];
  #sent: { readonly kind: 'messages' | 'word'; readonly arrive: (source: TailSource) => void }[] = [];

  constructor(window: number, filtered: boolean) {
    this.#window = window;
    this.#filtered = filtered;
  }

  tail(request: TailRequest<string>, answer: Answer<Tailing>): void {
    this.#requests.push((refuse) => {
      if (this.#tail !== undefined) this.wrong.push('asked for a second tail');
      const next = typeof request.from === 'object' && 'seq' in request.from ? request.from.seq : Number.NaN;
      if (!refuse) this.#tail = { next, reported: next, live: false };
      const value = { epoch: 'e', next, contract: { fingerprint: null, since: 1 } };
      this.#say(() => answer(refuse ? refused('overloaded') : { ok: true, value }));
    });
  }

  position(next: number): void {
    this.#requests.push(() => {
      if (this.#tail === undefined || next > this.#tail.next) this.wrong.push(`reported ${next}`);
      else this.#tail.reported = next;
    });
  }

  unsubscribe(answer: Answer<null>): void {
    this.#requests.push(() => {
      this.#tail = undefined;
      this.#say(() => answer({ ok: true, value: null }));
    });
  }

  append(count: number): void {
    const from = this.last + 1;
    const text = liveText(from, count);
    this.last += count;
    if (this.#tail?.live === true && !this.#filtered) {
      if (this.#quota <= 0) this.lag();
      else this.#tail.next = this.last + 1;
    }
    this.#sent.push({
      kind: 'messages',
      arrive: (source) => source.delivered(from, new TextMessages(text), text.length),
    });
  }

  trim(count: number): void {
    this.first = Math.min(this.last + 1, this.first + count);
  }

  /** Sends a chunk of the log, or says that there is no more. */
  replay(count: number): boolean {
    const tail = this.#tail;
    if (tail === undefined || (tail.live && !this.#filtered)) return false;
    const { next: from } = tail;
    if (from > this.last) return this.#becomeLive(tail);
    const to = Math.min(this.last, from + Math.min(count, this.#quota) - 1);
    if (to < from) return false;
    tail.next = to + 1;
    const gone = Math.min(to, this.first - 1);
    const gaps: Gap[] = gone >= from ? [{ from, to: gone, reason: 'retention' }] : [];
    const frames = concat(...this.#framesOf(Math.max(from, this.first), to));
    this.#sent.push({
      kind: 'messages',
      arrive: (source) => source.replayed({ subscription: 's', from, to, gaps }, frames),
    });
    return true;
  }

  lag(): void {
    if (this.#tail?.live !== true) return;
    this.#tail.live = false;
    this.#say((source) => source.lagged());
  }

  process(refuse: boolean): boolean {
    const request = this.#requests.shift();
    request?.(refuse);
    return request !== undefined;
  }

  arrive(source: TailSource): boolean {
    const sent = this.#sent.shift();
    sent?.arrive(source);
    return sent !== undefined;
  }

  /** A bug: the messages that are sent next never arrive. */
  lose(): void {
    const index = this.#sent.findIndex(({ kind }) => kind === 'messages');
    if (index >= 0) this.#sent.splice(index, 1);
  }

  cut(): void {
    this.#requests = [];
    this.#sent = [];
    this.#tail = undefined;
  }

  #say(arrive: (source: TailSource) => void): void {
    this.#sent.push({ kind: 'word', arrive });
  }

  get #quota(): number {
    return this.#tail === undefined ? 0 : this.#window - (this.#tail.next - this.#tail.reported);
  }

  #becomeLive(tail: ServedTail): boolean {
    if (tail.live) return false;
    tail.live = true;
    const { next } = tail;
    this.#say((source) => source.live(next));
    return true;
  }

  #framesOf(from: number, to: number): Uint8Array[] {
    if (to < from) return [];
    if (!this.#filtered) return [seqFrame(from, to - from + 1)];
    const seqs = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    return seqs.filter(isWanted).map((seq) => seqFrame(seq, 1));
  }
}
