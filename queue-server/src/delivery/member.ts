import type { Gap, Range } from '@typed-queue/contracts';
import type { Claimed } from '../engine/claim.js';
import type { KnownEvents } from '../engine/group/known-events.js';
import { PacedWindow } from './paced-window.js';

export type { Claimed } from '../engine/claim.js';
export { memberId, shownMember } from '../engine/group/member-id.js';

/** How much may be unsettled at a member. */
export interface Window {
  readonly messages: number;
  readonly bytes: number;
}

/** Where a member's messages go; the transport implements it. */
export interface Receiver {
  /** How many bytes may be sent now, so that the connection takes them. Default: any number. */
  credit?(): number;
  /** Whether nothing may be sent now, however much room there is. Default: false. */
  isHeld?(): boolean;
  grant(claimed: Claimed): void;
  /** Messages under the token are taken back. */
  revoke(token: number, ranges: readonly Range[]): void;
  /** Tells all members of the group, of which this one met the gap. */
  gap(gap: Gap): void;
  /** Tells all members of the group that so much is unsettled that nothing new goes out. */
  stalled(unsettled: number): void;
  /** Tells all members of the group that so many of its dead letters are lost by the bounds of the queue. */
  deadLettersExpired(letters: number): void;
  /** Tells all members of the group that it passes over an event that none of them knows. */
  passedOver(event: string, firstSeq: number): void;
  /** Calls back once, at the next packet of any kind that the client sends. */
  onceHeard(listener: () => void): void;
}

/** What a member tells of itself. */
export interface MemberTerms {
  /** How many handlers it runs at once. Default: it does not say; its window is then fixed. */
  readonly concurrency?: number | undefined;
  /** The events that it can handle. Default: all. */
  readonly knows?: KnownEvents | undefined;
  /** Milliseconds, of a clock that never goes back. Default: `performance.now`. */
  readonly now?: () => number;
}

interface Held {
  readonly messages: number;
  readonly bytes: number;
}

/** At most so much goes out in one grant, so that several members share a backlog. */
const MAX_GRANT: Window = { messages: 1_024, bytes: 1024 * 1024 };
/**
 * A window is refilled when so much of it is free, or a handler has nothing to do: many small grants cost more than a
 * few large ones.
 */
const REFILL = 0.25;

/** One member of a group, and its credit. */
export class Member {
  /** Its `memberId`: stays the same over reconnects. */
  readonly name: string;
  readonly receiver: Receiver;
  /** Its connection is gone, but it may come back: nothing goes out to it. */
  away = false;
  /** It is about to leave: nothing more goes out to it, what it holds may still be settled. */
  paused = false;
  /** How many handlers it runs at once; undefined: it does not say. */
  readonly concurrency: number | undefined;
  readonly knows: KnownEvents;
  readonly #window: Window;
  readonly #paced: PacedWindow;
  #silent = false;
  readonly #held = new Map<number, Held>();
  #messages = 0;
  #bytes = 0;

  constructor(name: string, window: Window, receiver: Receiver, terms: MemberTerms = {}) {
    const { concurrency, knows = 'all', now = () => performance.now() } = terms;
    const most = window.messages;
    this.name = name;
    this.#window = window;
    this.receiver = receiver;
    this.concurrency = concurrency;
    this.knows = knows;
    this.#paced = new PacedWindow({ least: Math.min(concurrency ?? most, most), most, now });
  }

  /** How many messages are unsettled here. */
  get unsettled(): number {
    return this.#messages;
  }

  /** Whether messages may go out to it. */
  get isReachable(): boolean {
    return !this.away && this.receiver.isHeld?.() !== true;
  }

  /** Whether it was handed something under this token that is not settled. */
  holds(token: number): boolean {
    return this.#held.has(token);
  }

  /** How much the member may be handed now; undefined: nothing, its window is full. */
  credit(): Window | undefined {
    if (this.away || this.paused || this.#silent) return undefined;
    const { size } = this.#paced;
    const messages = size - this.#messages;
    const bytes = this.#window.bytes - this.#bytes;
    if (messages <= 0 || bytes <= 0) return undefined;
    const enough = messages >= size * REFILL && bytes >= this.#window.bytes * REFILL;
    if (!enough && this.#messages >= (this.concurrency ?? 1)) return undefined;
    const sendable = this.receiver.credit?.() ?? Infinity;
    if (sendable <= 0) return undefined;
    return {
      messages: Math.min(messages, MAX_GRANT.messages),
      bytes: Math.min(bytes, MAX_GRANT.bytes, sendable),
    };
  }

  /** Its lease ended without a word of it: it is handed nothing until it sends something. */
  awaitLife(onLife: () => void): void {
    if (this.#silent) return;
    this.#silent = true;
    this.receiver.onceHeard(() => {
      this.#silent = false;
      onLife();
    });
  }

  take(claimed: Claimed): void {
    const messages = claimed.frames.reduce((sum, frame) => sum + frame.count, 0);
    const bytes = claimed.frames.reduce((sum, frame) => sum + frame.bytes.byteLength, 0);
    this.hold(claimed.token, { messages, bytes });
    this.receiver.grant(claimed);
  }

  /** Counts what stands under a token against the window. */
  hold(token: number, held: Held): void {
    if (this.#messages === 0) this.#paced.begin();
    this.#held.set(token, held);
    this.#messages += held.messages;
    this.#bytes += held.bytes;
  }

  /** So many messages under the token are no longer here. */
  settled(token: number, messages: number): void {
    const held = this.#held.get(token);
    if (held === undefined || messages === 0) return;
    const done = Math.min(messages, held.messages);
    // Sizes within a grant are taken as equal: the window is a bound on memory, not an account.
    const bytes = Math.round((held.bytes * done) / held.messages);
    this.#messages -= done;
    this.#bytes -= bytes;
    this.#paced.settled(done);
    if (done === held.messages) this.#held.delete(token);
    else this.#held.set(token, { messages: held.messages - done, bytes: held.bytes - bytes });
  }

  /** Takes over what a former connection of the same member still works under. */
  inherit(former: Member, tokens: readonly number[]): void {
    const kept = new Set(tokens);
    for (const [token, held] of former.#held) {
      if (kept.has(token)) this.hold(token, held);
    }
  }
}
