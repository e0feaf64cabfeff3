import { MINUTE, type Gap, type Range } from '@typed-queue/contracts';
import type { Claimed, HeldLease } from '../engine/claim.js';
import type { KnownEvents } from '../engine/known-events.js';
import { OrderedReceiver, type MessageReceiver } from './ordered-receiver.js';
import { WindowSize } from './window-size.js';

/** How long members may take to come back after a start of the server or a lost connection, in milliseconds. */
export const RETURN_MS = MINUTE;

/** How much may be unsettled at a member. */
export interface Window {
  readonly messages: number;
  readonly bytes: number;
}

/** The connection of a member; the transport implements it. */
export interface Receiver extends MessageReceiver {
  /** How many bytes the connection accepts now. Default: any number. */
  credit?(): number;
  /** Whether nothing may be sent now, whatever the credit. Default: false. */
  isSuspended?(): boolean;
  /** Milliseconds since the client was last heard. Default: unknown. */
  silentMs?(): number;
  /** To all members of the group: it has moved past a gap. */
  gap(gap: Gap): void;
  /** To all members of the group: it has too many unsettled messages to be granted new ones. */
  stalled(unsettled: number): void;
  /** To all members of the group: dead letters were removed by the bounds of the queue. */
  deadLettersExpired(letters: number): void;
  /** To all members of the group: it passes over an event that none of them knows. */
  passedOver(event: string, firstSeq: number): void;
  /** Calls back once, at the next packet of any kind from the client. */
  onceHeard(listener: () => void): void;
}

/** What a member may say of itself. */
export interface MemberOptions {
  /** How many handlers it runs at once. Default: unknown; its window is then fixed. */
  readonly concurrency?: number | undefined;
  /** The events that it can handle. Default: all. */
  readonly knows?: KnownEvents | undefined;
  /** Milliseconds of a monotonic clock. Default: `performance.now`. */
  readonly now?: () => number;
}

interface GrantSize {
  readonly messages: number;
  readonly bytes: number;
}

/** What it holds of a grant, and since when, by the member's clock. */
interface Held extends GrantSize {
  readonly since: number;
}

/** Largest grant: several members share a backlog. */
const MAX_GRANT: Window = { messages: 1_024, bytes: 1024 * 1024 };
/**
 * A window is refilled when this part of it is free, or a handler is idle: many small grants cost more than a few
 * large ones.
 */
const REFILL = 0.25;

/** One member of a group, and its credit. */
export class Member {
  /** Its `memberId`: stays the same over reconnects. */
  readonly name: string;
  readonly receiver: Receiver;
  /** Its connection is lost; it may come back to its leases. */
  away = false;
  /** It is about to leave: it is granted nothing more, and settles what it holds. */
  paused = false;
  /** Its requests to settle that have no answer yet. */
  settling = 0;
  /** How many handlers it runs at once; Infinity: unknown. */
  readonly concurrency: number;
  readonly knows: KnownEvents;
  /** How much it may hold. */
  readonly window: Window;
  readonly #now: () => number;
  readonly #windowSize: WindowSize;
  readonly #ordered: OrderedReceiver;
  #silent = false;
  /** By token, the oldest first. */
  readonly #unsettled = new Map<number, Held>();
  #messages = 0;
  #bytes = 0;

  constructor(name: string, window: Window, receiver: Receiver, options: MemberOptions = {}) {
    const { concurrency = Infinity, knows = 'all', now = () => performance.now() } = options;
    const max = window.messages;
    this.name = name;
    this.window = window;
    this.#now = now;
    this.receiver = receiver;
    this.#ordered = new OrderedReceiver(receiver);
    this.concurrency = concurrency;
    this.knows = knows;
    this.#windowSize = new WindowSize({ min: Math.min(concurrency, max), max, now });
  }

  /** How many unsettled messages it holds. */
  get unsettled(): number {
    return this.#messages;
  }

  /** How long it has held the oldest of them, in milliseconds; undefined when it holds none. */
  get oldestHeldMs(): number | undefined {
    for (const { since } of this.#unsettled.values()) return this.#now() - since;
    return undefined;
  }

  /** Milliseconds since its client was last heard; undefined when that is unknown. */
  get silentMs(): number | undefined {
    return this.away ? undefined : this.receiver.silentMs?.();
  }

  /** How long it has held what it holds under a token, in milliseconds; undefined: nothing. */
  heldMs(token: number): number | undefined {
    const held = this.#unsettled.get(token);
    return held && this.#now() - held.since;
  }

  /** Whether it can be sent messages. */
  get isReachable(): boolean {
    return !this.away && this.receiver.isSuspended?.() !== true;
  }

  /** Whether it holds unsettled messages under this token. */
  holds(token: number): boolean {
    return this.#unsettled.has(token);
  }

  /** How much the member may be granted now; undefined: nothing. */
  credit(): Window | undefined {
    if (this.away || this.paused || this.#silent) return undefined;
    const size = this.#windowSize.messages;
    const messages = size - this.#messages;
    const bytes = this.window.bytes - this.#bytes;
    if (messages <= 0 || bytes <= 0) return undefined;
    const enough = messages >= size * REFILL && bytes >= this.window.bytes * REFILL;
    if (!enough && this.#messages >= this.#handlers) return undefined;
    const sendable = this.receiver.credit?.() ?? Infinity;
    if (sendable <= 0) return undefined;
    return {
      messages: Math.min(messages, MAX_GRANT.messages),
      bytes: Math.min(bytes, MAX_GRANT.bytes, sendable),
    };
  }

  /** As many handlers as it has at least. */
  get #handlers(): number {
    return this.concurrency === Infinity ? 1 : this.concurrency;
  }

  /** Its lease ended without a settlement: it is granted nothing until its client sends a packet. */
  awaitPacket(onPacket: () => void): void {
    if (this.#silent) return;
    this.#silent = true;
    this.receiver.onceHeard(() => {
      this.#silent = false;
      onPacket();
    });
  }

  /** Returns how many messages it was granted. `onKept`: they may not leave. */
  grant(claimed: Claimed, onKept: () => void = () => undefined): number {
    const messages = claimed.frames.reduce((sum, frame) => sum + frame.count, 0);
    const bytes = claimed.frames.reduce((sum, frame) => sum + frame.bytes.byteLength, 0);
    this.count(claimed.token, { messages, bytes });
    this.#ordered.grant(this.#whenReachable(claimed), onKept);
    return messages;
  }

  /** It may become unreachable while its lease is stored. */
  #whenReachable(claimed: Claimed): Claimed {
    const { mayLeave } = claimed;
    if (mayLeave === undefined) return claimed;
    return { ...claimed, mayLeave: mayLeave.then((may) => may && this.isReachable) };
  }

  /** Messages under the token are no longer the member's. */
  revoke(token: number, ranges: readonly Range[]): void {
    this.#ordered.revoke(token, ranges);
  }

  /** Counts messages under a token against the window. `since`: by the member's clock. Default: now. */
  count(token: number, size: GrantSize, since = this.#now()): void {
    if (this.#messages === 0) this.#windowSize.begin();
    this.#unsettled.set(token, { messages: size.messages, bytes: size.bytes, since });
    this.#messages += size.messages;
    this.#bytes += size.bytes;
  }

  /** The member no longer holds these messages under the token. `isAlone`: its group has no other one. */
  free(token: number, messages: number, isAlone = false): void {
    const size = this.#unsettled.get(token);
    if (size === undefined || messages === 0) return;
    const done = Math.min(messages, size.messages);
    // Sizes within a grant are taken as equal: the window is a bound on memory, not an account.
    const bytes = Math.round((size.bytes * done) / size.messages);
    this.#messages -= done;
    this.#bytes -= bytes;
    this.#windowSize.freed(done, isAlone);
    if (done === size.messages) this.#unsettled.delete(token);
    else {
      const { since } = size;
      this.#unsettled.set(token, { messages: size.messages - done, bytes: size.bytes - bytes, since });
    }
  }

  /** Takes over leases of a former connection of the same member. */
  inherit(former: Member | undefined, held: readonly HeldLease[]): void {
    for (const { token, messages } of held) {
      const size = former === undefined ? undefined : former.#unsettled.get(token);
      // Of those that it had at another server the bytes are unknown.
      this.count(token, size ?? { messages, bytes: 0 }, size?.since);
    }
  }
}
