import type { Range } from '@typed-queue/contracts';
import type { Returned } from './change.js';
import { DeliveryRuns, type Run } from './delivery-runs.js';
import { isReady, READY, transition, type DeliveryEvent } from './delivery.js';
import { Leases } from './leases.js';
import { OrderingKeys, type KeyTaker } from './ordering-keys.js';

/** What an event did to messages. */
export interface Effect {
  readonly changed: readonly Run[];
  /** Later messages of the keys of those that came back. */
  readonly returned: readonly Returned[];
}

/** The states of a group's messages, the leases they stand under, and their ordering keys: kept in step here. */
export class Holdings {
  readonly runs: DeliveryRuns;
  readonly leases = new Leases();
  readonly keys = new OrderingKeys();

  constructor(floor: number) {
    this.runs = new DeliveryRuns(floor);
  }

  /** Hands messages to who has the token, whether they were known before or not; returns what is there then. */
  claim([from, to]: Range, token: number, now: number): Run[] {
    this.runs.extend(to, READY);
    this.#change(from, to, { kind: 'due', now });
    return this.#change(from, to, { kind: 'claimed', token });
  }

  /** Messages wait for those before them that have the same key. */
  block([from, to]: Range, now: number): void {
    this.runs.extend(to, READY);
    this.#change(from, to, { kind: 'due', now });
    this.#change(from, to, { kind: 'blocked' });
  }

  /** Is done with messages, unless somebody holds them. */
  finish([from, to]: Range, event: DeliveryEvent & { kind: 'skipped' | 'buried' }): Effect {
    this.runs.extend(to, READY);
    const changed = this.#change(from, to, event);
    return { changed, returned: this.#passKeys(changed) };
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

  /** Messages of keys that may go to a member wait no longer, about so many of them. */
  free({ member, takes }: KeyTaker, limit: number, now: number): void {
    if (this.keys.empty) return;
    const idle = !this.leases.all().some((lease) => lease.member === member);
    let room = limit;
    for (const { hash, held, first, seqs } of this.keys.waiting(member, limit)) {
      const next = this.#nextOf(first, now);
      if (room <= 0 || next === undefined) continue;
      // What goes out alone may go to anybody who holds nothing, and nothing goes with it.
      if (next === 'alone' ? !idle : !held && !takes(hash)) continue;
      const freed = next === 'alone' ? [first] : seqs;
      room -= freed.length;
      for (const seq of freed) this.#change(seq, seq, { kind: 'unblocked' });
    }
  }

  /** How the first message of a key goes out; undefined while it waits out its back-off, and the key with it. */
  #nextOf(seq: number, now: number): 'alone' | 'with others' | undefined {
    const delivery = this.runs.within(seq, seq)[0]?.delivery;
    if (delivery === undefined || (delivery.kind !== 'blocked' && !isReady(delivery, now))) return undefined;
    return delivery.kind !== 'settled' && delivery.alone ? 'alone' : 'with others';
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
