import type { Range } from '@typed-queue/contracts';
import { AwaitedEvents } from './awaited-events.js';
import type { Returned } from '../claim.js';
import { DeliveryRuns, type Run } from './delivery-runs.js';
import { isReady, READY, transition, type Delivery, type DeliveryEvent } from './delivery.js';
import { knowsEvent } from '../known-events.js';
import { Leases } from './leases.js';
import { OrderingKeys, type KeyTaker, type WaitingKey } from './ordering-keys.js';

/** What an event did to messages. */
export interface Effect {
  readonly changed: readonly Run[];
  /** Later messages of the keys of those that came back. */
  readonly returned: readonly Returned[];
}

/** A message that may go out, as far as its own state says. */
type Waiting = Extract<Delivery, { kind: 'ready' | 'scheduled' | 'blocked' }>;

/** The states of a group's messages, the leases they stand under, and their ordering keys: kept in step here. */
export class Holdings {
  readonly runs: DeliveryRuns;
  readonly leases = new Leases();
  readonly keys = new OrderingKeys();
  readonly awaited = new AwaitedEvents();

  constructor(floor: number) {
    this.runs = new DeliveryRuns(floor);
  }

  /** Hands messages to who has the token, whether they were known before or not; returns what is there then. */
  claim([from, to]: Range, token: number, now: number): Run[] {
    this.runs.extend(to, READY);
    this.awaited.remove([from, to]);
    this.#change(from, to, { kind: 'due', now });
    return this.#change(from, to, { kind: 'claimed', token });
  }

  /** Messages wait for those before them that have the same key, or for a member that knows their event. */
  block([from, to]: Range, now: number): void {
    this.runs.extend(to, READY);
    this.#change(from, to, { kind: 'due', now });
    this.#change(from, to, { kind: 'blocked' });
  }

  /** Is done with messages, unless somebody holds them. */
  finish([from, to]: Range, event: DeliveryEvent & { kind: 'skipped' | 'buried' }): Effect {
    this.runs.extend(to, READY);
    this.awaited.remove([from, to]);
    const changed = this.#change(from, to, event);
    return { changed, returned: this.#passKeys(changed) };
  }

  /** A settled message is to be handled once more, as if it never was. One that was not handed out yet will be. */
  reopen(seq: number): void {
    if (seq >= this.runs.end) return;
    this.runs.recall(seq);
    // It is still condemned when the record is lost that its letter was stored.
    const isOver = ({ kind }: Delivery): boolean => kind === 'settled' || kind === 'condemned';
    this.runs.change(seq, seq, (delivery) => (isOver(delivery) ? READY : delivery));
  }

  /** Applies an event to what stands under a token within some ranges. */
  end(token: number, event: DeliveryEvent, ranges: readonly Range[]): Effect {
    const changed = ranges.flatMap(([from, to]) =>
      this.runs.change(from, to, (delivery) =>
        delivery.kind === 'leased' && delivery.token === token ? transition(delivery, event) : delivery,
      ),
    );
    this.leases.take(token, countOf(changed));
    return { changed, returned: this.#passKeys(changed) };
  }

  /** The messages within ranges that are neither settled nor under the token; looks no further than `limit` of them. */
  notUnder(token: number | undefined, ranges: readonly Range[], limit = Infinity): Range[] {
    const { end } = this.runs;
    const found: Range[] = [];
    for (const [from, to] of ranges) {
      if (found.length >= limit) break;
      for (const run of this.runs.scan(from, to)) {
        if (found.length >= limit) break;
        const { delivery } = run;
        if (delivery.kind === 'settled' || (delivery.kind === 'leased' && delivery.token === token)) continue;
        found.push([run.from, run.to]);
      }
      if (to >= end && found.length < limit) found.push([Math.max(from, end), to]);
    }
    return found;
  }

  /**
   * The messages that a member may have begun, as many as it can begin at once: of what is unsettled under its leases,
   * in the order of the leases, the first of each ordering key. A message without a key counts by itself.
   */
  begunBy(member: string, concurrency: number): readonly { readonly token: number; readonly seq: number }[] {
    const begun: { token: number; seq: number }[] = [];
    const keys = new Set<number>();
    for (const { token } of this.leases.of(member)) {
      for (const { from, to, delivery } of this.runs.all()) {
        if (delivery.kind !== 'leased' || delivery.token !== token) continue;
        for (let seq = from; seq <= to; seq++) {
          if (begun.length >= concurrency) return begun;
          const hash = this.keys.hashOf(seq);
          if (hash !== undefined && keys.has(hash)) continue;
          if (hash !== undefined) keys.add(hash);
          begun.push({ token, seq });
        }
      }
    }
    return begun;
  }

  /** Messages that may go to a member wait no longer for it, about so many of them. */
  free(taker: KeyTaker, limit: number, now: number): void {
    if (!this.awaited.empty) this.#freeAwaited(taker, limit);
    if (!this.keys.empty) this.#freeKeys(taker, limit, now);
  }

  #freeAwaited({ knows = 'all' }: KeyTaker, limit: number): void {
    for (const seq of this.awaited.of(knows, limit)) {
      // Those that have a key wait for its turn, too.
      if (this.keys.hashOf(seq) === undefined) this.#change(seq, seq, { kind: 'unblocked' });
    }
  }

  #freeKeys(taker: KeyTaker, limit: number, now: number): void {
    const leases = this.leases.of(taker.member);
    const cautious = leases.some(({ alone, noPrefetch }) => alone || noPrefetch);
    let room = limit;
    for (const key of this.keys.waiting(taker.member, limit)) {
      const next = this.#nextOf(key.first, now);
      if (room <= 0 || next === undefined || !this.#mayHave(taker, key, next, cautious)) continue;
      const freed = cautious || next.alone || next.noPrefetch ? [key.first] : key.seqs;
      room -= freed.length;
      for (const seq of freed) this.#change(seq, seq, { kind: 'unblocked' });
    }
  }

  /** `cautious`: the member holds a suspect, or what goes out without prefetch: then only one message of each key. */
  #mayHave(taker: KeyTaker, { hash, held, first }: WaitingKey, next: Waiting, cautious: boolean): boolean {
    const { takes, knows = 'all' } = taker;
    const event = this.awaited.eventOf(first);
    if (event !== undefined && !knowsEvent(knows, event)) return false;
    if (held || next.alone) return !cautious;
    return event !== undefined || takes(hash);
  }

  /** The first message of a key, if it may go out; undefined while it waits out its back-off, and the key with it. */
  #nextOf(seq: number, now: number): Waiting | undefined {
    const delivery = this.runs.within(seq, seq)[0]?.delivery;
    if (delivery === undefined) return undefined;
    return delivery.kind === 'blocked' || isReady(delivery, now) ? delivery : undefined;
  }

  /** The keys of messages that are done with move on; what is behind those that came back is taken back. */
  #passKeys(changed: readonly Run[]): Returned[] {
    if (this.keys.empty) return [];
    const returned: Returned[] = [];
    for (const { from, to, delivery } of changed) {
      const over = delivery.kind === 'settled' || delivery.kind === 'condemned';
      for (let seq = from; seq <= to; seq++) {
        if (over) this.keys.settled(seq);
        else returned.push(...this.keys.returned(seq).flatMap((behind) => this.#takeBack(behind)));
      }
    }
    return merged(returned);
  }

  #takeBack(seq: number): Returned[] {
    return this.runs.within(seq, seq).flatMap(({ delivery }) => {
      if (delivery.kind !== 'leased') return [];
      const { token } = delivery;
      const member = this.leases.memberOf(token);
      this.#change(seq, seq, { kind: 'blocked' });
      this.leases.take(token, 1);
      return [{ member, token, ranges: [[seq, seq] as const] }];
    });
  }

  #change(from: number, to: number, event: DeliveryEvent): Run[] {
    return this.runs.change(from, to, (delivery) => transition(delivery, event));
  }
}

export const countOf = (runs: readonly Run[]): number =>
  runs.reduce((sum, run) => sum + run.to - run.from + 1, 0);

/** What comes back message by message, once for each token: neighbours are one range. */
const merged = (all: readonly Returned[]): Returned[] => {
  const byToken = new Map<number, { readonly member: string; readonly token: number; ranges: Range[] }>();
  for (const { member, token, ranges } of all) {
    const known = byToken.get(token) ?? { member, token, ranges: [] };
    byToken.set(token, known);
    for (const [from, to] of ranges) {
      const last = known.ranges.at(-1);
      if (last !== undefined && last[1] + 1 === from) known.ranges[known.ranges.length - 1] = [last[0], to];
      else known.ranges.push([from, to]);
    }
  }
  return [...byToken.values()];
};
