import type { KnownEvents } from '../known-events.js';

interface KeyState {
  /** Its unsettled messages that were seen, ascending. */
  readonly seqs: number[];
  /** How many of them, from the first on, are leased to the holder. */
  held: number;
  holder: string;
}

/** The messages of a key that are not leased. */
export interface WaitingKey {
  readonly hash: number;
  /** Whether earlier ones are leased to the claimant. */
  readonly held: boolean;
  readonly first: number;
  readonly seqs: readonly number[];
}

/** A member that claims messages of ordering keys. */
export interface KeyClaimant {
  readonly member: string;
  /** Whether a free key is this member's share: they are distributed among the members. */
  readonly mayClaim: (hash: number) => boolean;
  /** The member may hold only one message of each key. Default: any number. */
  readonly onePerKey?: boolean;
  /** Default: all. */
  readonly knows?: KnownEvents | undefined;
}

/**
 * The ordering keys (their hashes) of a group's unsettled messages. Messages of one key are leased to one member at a
 * time, in their order: the leased ones are always the first of the key.
 */
export class OrderingKeys {
  readonly #keys = new Map<number, KeyState>();
  readonly #hashes = new Map<number, number>();

  /** Whether no unsettled message has a key. */
  get empty(): boolean {
    return this.#hashes.size === 0;
  }

  /** The key of an unsettled message; undefined when it has none. */
  hashOf(seq: number): number | undefined {
    return this.#hashes.get(seq);
  }

  /**
   * Adds a message; call it in ascending order, for leased messages before all others. `holder`: of its lease. Default:
   * none.
   */
  learn(seq: number, hash: number, holder = ''): void {
    const state = this.#state(seq, hash);
    if (holder === '' || state.seqs[state.held] !== seq) return;
    state.held++;
    state.holder = holder;
  }

  /** Whether a member may claim a message; if so, it is leased from then on. Call it in ascending order. */
  admit(seq: number, hash: number, claimant: KeyClaimant): boolean {
    const state = this.#state(seq, hash);
    if (!mayTake(state, hash, claimant) || state.seqs[state.held] !== seq) return false;
    state.held++;
    state.holder = claimant.member;
    return true;
  }

  /** Messages that are not leased, of keys that no other member holds: at most `limit` of each key. */
  waiting(member: string, limit: number): readonly WaitingKey[] {
    const waiting: WaitingKey[] = [];
    for (const [hash, { seqs, held, holder }] of this.#keys) {
      const [first] = seqs.slice(held, held + 1);
      if (first === undefined || (held > 0 && holder !== member)) continue;
      waiting.push({ hash, held: held > 0, first, seqs: seqs.slice(held, held + limit) });
    }
    return waiting;
  }

  /** Removes a settled message. */
  settled(seq: number): void {
    const found = this.#find(seq);
    if (found === undefined) return;
    const { hash, state, index } = found;
    this.#hashes.delete(seq);
    state.seqs.splice(index, 1);
    if (index < state.held) state.held--;
    if (state.seqs.length === 0) this.#keys.delete(hash);
  }

  /** A message was returned by its holder. Returns the later ones that the holder must return, too. */
  returned(seq: number): readonly number[] {
    const found = this.#find(seq);
    if (found === undefined || found.index >= found.state.held) return [];
    const { state, index } = found;
    const later = state.seqs.slice(index + 1, state.held);
    state.held = index;
    return later;
  }

  #state(seq: number, hash: number): KeyState {
    const state = this.#keys.get(hash) ?? { seqs: [], held: 0, holder: '' };
    this.#keys.set(hash, state);
    if (!this.#hashes.has(seq)) {
      this.#hashes.set(seq, hash);
      state.seqs.push(seq);
    }
    return state;
  }

  #find(seq: number): { hash: number; state: KeyState; index: number } | undefined {
    const hash = this.#hashes.get(seq);
    const state = hash === undefined ? undefined : this.#keys.get(hash);
    if (hash === undefined || state === undefined) return undefined;
    return { hash, state, index: state.seqs.indexOf(seq) };
  }
}

const mayTake = (
  { held, holder }: KeyState,
  hash: number,
  { member, mayClaim, onePerKey = false }: KeyClaimant,
): boolean => (held > 0 ? holder === member && !onePerKey : mayClaim(hash));
