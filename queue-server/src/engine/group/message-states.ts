import type { Range } from '@typed-queue/contracts';
import type { Returned } from '../claim.js';
import { knowsEvent } from '../known-events.js';
import { AwaitedEvents } from './awaited-events.js';
import type { Change } from './change.js';
import { leasedRuns, leaseOf, spanOf } from './leased-runs.js';
import { Leases, type LeaseHolder } from './leases.js';
import { isReady, READY, type MessageState } from './message-state.js';
import { transition, type MessageEvent } from './message-transitions.js';
import { OrderingKeys, type KeyClaimant, type WaitingKey } from './ordering-keys.js';
import { countOf, StateRuns, type Run } from './state-runs.js';

/** What an event did to messages. */
type StateChange = Pick<Change, 'changed' | 'returned' | 'takenBack'>;

/** Messages that are taken back from their holders. */
interface Back {
  readonly returned: Returned[];
  readonly takenBack: Run[];
}

/** The state of a message that may be claimed once its key is free. */
type Waiting = Extract<MessageState, { kind: 'ready' | 'scheduled' | 'blocked' }>;

/** The states of a group's messages, their leases, their ordering keys and awaited events, kept consistent. */
export class MessageStates {
  readonly runs: StateRuns;
  readonly leases = new Leases();
  readonly keys = new OrderingKeys();
  readonly awaited = new AwaitedEvents();

  constructor(floor: number) {
    this.runs = new StateRuns(floor);
  }

  /** Leases ready messages, new ones included, under a token; returns them in their new state. */
  claim([from, to]: Range, token: number, now: number): Run[] {
    this.runs.extend(to, READY);
    this.awaited.remove([from, to]);
    this.#change(from, to, { kind: 'due', now });
    return this.#change(from, to, { kind: 'claimed', token });
  }

  /** Leases messages whose states were restored; those of unknown holders are ready again. */
  restoreLeases(holders: ReadonlyMap<number, LeaseHolder>, deadline: number): void {
    for (const [token, runs] of leasedRuns(this.runs.all())) {
      const holder = holders.get(token);
      if (holder === undefined) this.end(token, { kind: 'released' }, [spanOf(runs)]);
      else this.leases.add({ ...leaseOf(holder, runs, deadline), excused: true });
    }
  }

  /** Blocks messages until earlier ones of their key are settled, or a member that knows their event claims. */
  block([from, to]: Range, now: number): void {
    this.runs.extend(to, READY);
    this.#change(from, to, { kind: 'due', now });
    this.#change(from, to, { kind: 'blocked' });
  }

  /** Settles messages that are not leased. */
  finish([from, to]: Range, event: MessageEvent & { kind: 'skipped' | 'dead-lettered' }): StateChange {
    this.runs.extend(to, READY);
    this.awaited.remove([from, to]);
    const changed = this.#change(from, to, event);
    return { changed, ...this.#advanceKeys(changed) };
  }

  /** Makes a settled message ready as if it were new. One past the cursor will be new anyway. */
  reopen(seq: number): void {
    if (seq >= this.runs.end) return;
    this.runs.recall(seq);
    // Still dead when the record is lost that its letter was stored.
    const isOver = ({ kind }: MessageState): boolean => kind === 'settled' || kind === 'dead';
    this.runs.change(seq, seq, (state) => (isOver(state) ? READY : state));
  }

  /** Applies an event to the messages of some ranges that are leased under a token. */
  end(token: number, event: MessageEvent, ranges: readonly Range[]): StateChange {
    const changed = ranges.flatMap(([from, to]) =>
      this.runs.change(from, to, (state) =>
        state.kind === 'leased' && state.token === token ? transition(state, event) : state,
      ),
    );
    this.leases.release(token, countOf(changed));
    return { changed, ...this.#advanceKeys(changed) };
  }

  /** At most `limit` ranges of messages that are neither settled nor leased under the token. */
  notUnder(token: number | undefined, ranges: readonly Range[], limit = Infinity): Range[] {
    const { end } = this.runs;
    const found: Range[] = [];
    for (const [from, to] of ranges) {
      if (found.length >= limit) break;
      for (const run of this.runs.scan(from, to)) {
        if (found.length >= limit) break;
        const { state } = run;
        if (state.kind === 'settled' || (state.kind === 'leased' && state.token === token)) continue;
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
      for (const { from, to, state } of this.runs.all()) {
        if (state.kind !== 'leased' || state.token !== token) continue;
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

  /** Unblocks messages that a member may claim, about `limit` of them. */
  unblock(claimant: KeyClaimant, limit: number, now: number): void {
    if (!this.awaited.empty) this.#unblockAwaited(claimant, limit);
    if (!this.keys.empty) this.#unblockKeys(claimant, limit, now);
  }

  #unblockAwaited({ knows = 'all' }: KeyClaimant, limit: number): void {
    for (const seq of this.awaited.of(knows, limit)) {
      // Those with a key are unblocked with it.
      if (this.keys.hashOf(seq) === undefined) this.#change(seq, seq, { kind: 'unblocked' });
    }
  }

  #unblockKeys(claimant: KeyClaimant, limit: number, now: number): void {
    const leases = this.leases.of(claimant.member);
    const onePerKey = leases.some(({ isolated, noPrefetch }) => isolated || noPrefetch);
    let room = limit;
    for (const key of this.keys.waiting(claimant.member, limit)) {
      const next = this.#nextOf(key.first, now);
      if (room <= 0 || next === undefined || !this.#mayClaim(claimant, key, next, onePerKey)) continue;
      const unblocked = onePerKey || next.isolated || next.noPrefetch ? [key.first] : key.seqs;
      room -= unblocked.length;
      for (const seq of unblocked) this.#change(seq, seq, { kind: 'unblocked' });
    }
  }

  /** `onePerKey`: the member holds isolated messages or ones without prefetch, and may have one message of each key. */
  #mayClaim(
    claimant: KeyClaimant,
    { hash, held, first }: WaitingKey,
    next: Waiting,
    onePerKey: boolean,
  ): boolean {
    const { mayClaim, knows = 'all' } = claimant;
    const event = this.awaited.eventOf(first);
    if (event !== undefined && !knowsEvent(knows, event)) return false;
    if (held || next.isolated) return !onePerKey;
    return event !== undefined || mayClaim(hash);
  }

  /** The first message of a key; undefined while it waits out its back-off, and the key with it. */
  #nextOf(seq: number, now: number): Waiting | undefined {
    const state = this.runs.within(seq, seq)[0]?.state;
    if (state === undefined) return undefined;
    return state.kind === 'blocked' || isReady(state, now) ? state : undefined;
  }

  /** Advances the keys of settled messages, and returns later messages of the keys of those that were returned. */
  #advanceKeys(changed: readonly Run[]): Pick<Change, 'returned' | 'takenBack'> {
    if (this.keys.empty) return { returned: [], takenBack: [] };
    const back: Back = { returned: [], takenBack: [] };
    for (const { from, to, state } of changed) {
      const over = state.kind === 'settled' || state.kind === 'dead';
      for (let seq = from; seq <= to; seq++) {
        if (over) this.keys.settled(seq);
        else for (const later of this.keys.returned(seq)) this.#takeBack(later, back);
      }
    }
    return { ...back, returned: merged(back.returned) };
  }

  #takeBack(seq: number, { returned, takenBack }: Back): void {
    for (const { state } of this.runs.within(seq, seq)) {
      if (state.kind !== 'leased') continue;
      const { token } = state;
      returned.push({ member: this.leases.memberOf(token), token, ranges: [[seq, seq]] });
      takenBack.push(...this.#change(seq, seq, { kind: 'blocked' }));
      this.leases.release(token, 1);
    }
  }

  #change(from: number, to: number, event: MessageEvent): Run[] {
    return this.runs.change(from, to, (state) => transition(state, event));
  }
}

/** One entry for each token, consecutive messages as one range. */
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
