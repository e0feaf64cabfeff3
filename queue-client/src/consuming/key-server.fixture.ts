import type { Range } from '@typed-queue/contracts';
import {
  rangesOf,
  type LostLease,
  type Outcome,
  type Result,
  type Settlement,
  type Subscribed,
  type SubscribeRequest,
} from '@typed-queue/contracts/wire';
import type { Answer } from '../connection/requests.js';
import { refused } from '../requests.fixture.js';
import { keyedFrame } from './grants.fixture.js';
import { subscribed } from './subscription.fixture.js';

type Packet =
  | { readonly kind: 'answer'; readonly deliver: () => void }
  | { readonly kind: 'grant'; readonly token: number; readonly frame: Uint8Array }
  | { readonly kind: 'revoke'; readonly token: number; readonly ranges: readonly Range[] };

export const seqsOf = (ranges: readonly Range[]): number[] =>
  ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));

/**
 * A group with one member, by the promises of ordering keys: later messages of a key are
 * revoked with an unsettled one. Requests are processed and packets delivered one at a time, in their order; a cut
 * loses both.
 */
export class KeyServer {
  /** Seq by seq: under which token it is held. */
  readonly holders = new Map<number, number>();
  readonly done = new Set<number>();
  readonly #keys: readonly (string | undefined)[];
  #requests: (() => void)[] = [];
  #packets: Packet[] = [];
  #connected = false;
  #member = false;
  #tokens = 0;
  #refusing = false;

  constructor(keys: readonly (string | undefined)[]) {
    this.#keys = keys;
  }

  keyOf(seq: number): string | undefined {
    return this.#keys[seq - 1];
  }
  get seqs(): number[] {
    return this.#keys.map((_, index) => index + 1);
  }

  /** Whether something is on its way, to it or from it. */
  get busy(): boolean {
    return this.#requests.length + this.#packets.length > 0;
  }

  connect(): void {
    this.#connected = true;
  }
  cut(): void {
    this.#connected = this.#member = false;
    this.#requests = [];
    this.#packets = [];
  }

  subscribe({ tokens = [] }: SubscribeRequest<string>, answer: Answer<Subscribed>): void {
    this.#ask(() => {
      const known = new Set(this.holders.values());
      const held = tokens.filter((token) => known.has(token));
      this.#takeBack([...this.holders].filter(([, token]) => !held.includes(token)).map(([seq]) => seq));
      this.#member = true;
      this.#answer(() => answer({ ok: true, value: subscribed({ tokens: held }) }));
    });
  }

  settle(_: string, settlements: readonly Settlement[], answer: Answer<null>): void {
    this.#ask(() => {
      const result = this.#refusing ? refused('storage_failed') : this.#settle(settlements);
      this.#answer(() => answer(result));
    });
  }

  /** Takes a request. False: there is none. */
  process(refusing = false): boolean {
    const request = this.#requests.shift();
    this.#refusing = refusing;
    request?.();
    return request !== undefined;
  }

  /** What the client gets next. */
  packet(): Packet | undefined {
    return this.#packets.shift();
  }

  /** Grants up to `most` neighbours. False: nothing is ready. */
  grant(most: number): boolean {
    if (!this.#member) return false;
    const [seq] = this.seqs.filter((candidate) => this.#ready(candidate));
    if (seq === undefined) return false;
    const token = ++this.#tokens;
    let next = seq;
    for (; next < seq + most && this.#ready(next); next++) this.holders.set(next, token);
    const keys = this.#keys.slice(seq - 1, next - 1);
    this.#packets.push({ kind: 'grant', token, frame: keyedFrame(seq, keys, token) });
    return true;
  }

  /** A lease ends. */
  expire(token: number): void {
    this.#takeBack([...this.holders].filter(([, holder]) => holder === token).map(([seq]) => seq));
  }

  /** An operator puts the group to a seq. */
  seek(to: number): void {
    for (const seq of this.seqs.slice(to - 1)) this.done.delete(seq);
    this.#takeBack([...this.holders.keys()]);
  }

  #ready(seq: number): boolean {
    if (seq > this.#keys.length || this.holders.has(seq) || this.done.has(seq)) return false;
    const key = this.keyOf(seq);
    const before = this.seqs.slice(0, seq - 1).filter((other) => this.keyOf(other) === key);
    return key === undefined || before.every((other) => this.done.has(other) || this.holders.has(other));
  }

  #settle(settlements: readonly Settlement[]): Result<null> {
    const lost: LostLease[] = [];
    for (const { token, outcome, ranges = [] } of settlements) {
      const seqs = seqsOf(ranges);
      const gone = seqs.filter((seq) => this.holders.get(seq) !== token);
      if (gone.length > 0) lost.push({ token, ranges: rangesOf(gone) });
      for (const seq of seqs) if (!gone.includes(seq)) this.#conclude(seq, outcome);
    }
    return lost.length > 0 ? refused('lease_lost', { lost }) : { ok: true, value: null };
  }

  #conclude(seq: number, { kind }: Outcome): void {
    if (kind === 'extend') return;
    this.holders.delete(seq);
    if (kind === 'ack' || kind === 'dead-letter') this.done.add(seq);
    else this.#takeBack(this.#laterOfKey(seq));
  }

  /** What is held of the same key, and later. */
  #laterOfKey(seq: number): number[] {
    const key = this.keyOf(seq);
    return [...this.holders.keys()].filter(
      (other) => other > seq && key !== undefined && this.keyOf(other) === key,
    );
  }

  #takeBack(seqs: readonly number[]): void {
    const all = [...new Set([...seqs, ...seqs.flatMap((seq) => this.#laterOfKey(seq))])];
    for (const token of new Set(all.map((seq) => this.holders.get(seq) ?? 0))) {
      const revoked = all.filter((seq) => this.holders.get(seq) === token);
      for (const seq of revoked) this.holders.delete(seq);
      if (this.#connected) this.#packets.push({ kind: 'revoke', token, ranges: rangesOf(revoked) });
    }
  }

  #ask(request: () => void): void {
    if (!this.#connected) throw new Error('asked without a connection');
    this.#requests.push(request);
  }

  #answer(deliver: () => void): void {
    this.#packets.push({ kind: 'answer', deliver });
  }
}
