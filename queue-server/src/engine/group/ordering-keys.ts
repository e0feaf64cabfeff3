import type { KnownEvents } from '../known-events.js';

interface KeyState {
  /** Its messages that are known and not settled, ascending. */
  readonly seqs: number[];
  /** The first so many of them are at the holder. */
  held: number;
  holder: string;
}

/** What of a key is at nobody. */
export interface WaitingKey {
  readonly hash: number;
  /** Whether what is in front of it is at the member that asks. */
  readonly held: boolean;
  readonly first: number;
  readonly seqs: readonly number[];
}

/** Who asks for messages of ordering keys. */
export interface KeyClaimant {
  readonly member: string;
  /** Whether a key that nobody holds is this member's to take: members share them, so that all have work. */
  readonly mayClaim: (hash: number) => boolean;
  /** The member may hold only one message of each key. Default: any number. */
  readonly onePerKey?: boolean;
  /** Default: all. */
  readonly knows?: KnownEvents | undefined;
}

/**
 * The ordering keys (their hashes) of a group's unsettled messages. Messages of one key are at one member at a time,
 * and none before those in front of it: what is at the holder is always the front of the key's messages.
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

  /** Learns of a message that is unsettled and at nobody: in ascending order. */
  learn(seq: number, hash: number): void {
    this.#state(seq, hash);
  }

  /** Whether a message may go to a member: if so, it is taken as being there. In ascending order. */
  admit(seq: number, hash: number, claimant: KeyClaimant): boolean {
    const state = this.#state(seq, hash);
    if (!mayTake(state, hash, claimant) || state.seqs[state.held] !== seq) return false;
    state.held++;
    state.holder = claimant.member;
    return true;
  }

  /** Messages at nobody, of keys that no other member holds: for each key at most so many, the first in front. */
  waiting(member: string, limit: number): readonly WaitingKey[] {
    const waiting: WaitingKey[] = [];
    for (const [hash, { seqs, held, holder }] of this.#keys) {
      const [first] = seqs.slice(held, held + 1);
      if (first === undefined || (held > 0 && holder !== member)) continue;
      waiting.push({ hash, held: held > 0, first, seqs: seqs.slice(held, held + limit) });
    }
    return waiting;
  }

  /** A message is done with. */
  settled(seq: number): void {
    const found = this.#find(seq);
    if (found === undefined) return;
    const { hash, state, place } = found;
    this.#hashes.delete(seq);
    state.seqs.splice(place, 1);
    if (place < state.held) state.held--;
    if (state.seqs.length === 0) this.#keys.delete(hash);
  }

  /** A message came back from its holder. Returns those behind it that the holder has to give back, too. */
  returned(seq: number): readonly number[] {
    const found = this.#find(seq);
    if (found === undefined || found.place >= found.state.held) return [];
    const { state, place } = found;
    const behind = state.seqs.slice(place + 1, state.held);
    state.held = place;
    return behind;
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

  #find(seq: number): { hash: number; state: KeyState; place: number } | undefined {
    const hash = this.#hashes.get(seq);
    const state = hash === undefined ? undefined : this.#keys.get(hash);
    if (hash === undefined || state === undefined) return undefined;
    return { hash, state, place: state.seqs.indexOf(seq) };
  }
}

const mayTake = (
  { held, holder }: KeyState,
  hash: number,
  { member, mayClaim, onePerKey = false }: KeyClaimant,
): boolean => (held > 0 ? holder === member && !onePerKey : mayClaim(hash));
