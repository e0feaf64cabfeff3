import type { Range } from '@typed-queue/contracts';
import {
  rangesInclude,
  type After,
  type Frame,
  type Outcome,
  type Settlement,
} from '@typed-queue/contracts/wire';
import type { GroupDelivery } from '../../delivery/group-delivery.js';
import type { Subscription } from '../../delivery/joining.js';
import type { Receiver } from '../../delivery/member.js';
import type { Claimed } from '../../engine/claim.js';
import type { Engine } from '../../engine/engine.js';
import { requestIn, type DurableRequest } from './durable-request.js';
import { KeyTurns } from './key-turns.js';

/** A request that was handed out and is not settled. */
export interface HeldRequest {
  readonly request: DurableRequest;
  /** 1 for the first. */
  readonly attempt: number;
  /** It was a dead letter: its call has an answer already. */
  readonly isRedriven: boolean;
  readonly settle: (outcome: Outcome) => void;
}

interface Place {
  readonly token: number;
  readonly seq: number;
}

export interface RequestGroupDeps {
  readonly engine: Engine;
  readonly delivery: GroupDelivery;
  readonly after: After;
  /** The log of the requests. */
  readonly queue: string;
  readonly call: string;
  /** Whether requests may be handed out now. */
  readonly isReady: () => boolean;
  /** Takes a request; what it returns is called when the request must not be settled any more. */
  readonly take: (held: HeldRequest) => () => void;
  readonly onError: (error: unknown) => void;
}

/** How much of the requests of one call is in memory beside those whose callers wait. */
const WINDOW = { messages: 4_096, bytes: 32 * 1024 * 1024 };
/** The server itself is the only member. */
const MEMBER = 'server';

/** The group that hands out the requests of one durable call: by its own events, leases, retries, keys and dead letters. */
export class RequestGroup implements Receiver {
  readonly #deps: RequestGroupDeps;
  /** By token, then by seq: what to call when it is lost. */
  readonly #held = new Map<number, Map<number, () => void>>();
  readonly #turns = new KeyTurns();
  #settlements: Settlement[] = [];
  #subscription: Subscription | undefined;
  #stopExtending: (() => void) | undefined;
  #isClosed = false;

  private constructor(deps: RequestGroupDeps) {
    this.#deps = deps;
  }

  static async open(deps: RequestGroupDeps): Promise<RequestGroup> {
    const group = new RequestGroup(deps);
    const { delivery, queue, call } = deps;
    const { subscription } = await delivery.join(
      {
        queue,
        group: call,
        start: 'start',
        settings: { events: [call] },
        window: WINDOW,
        member: MEMBER,
        tokens: [],
      },
      group,
    );
    group.#subscription = subscription;
    return group;
  }

  /** Whether a request is not settled. */
  isPending(seq: number): boolean {
    const { kind } = this.#handle.message(seq);
    return kind !== 'settled' && kind !== 'dead';
  }

  /** The oldest seq that is not settled. */
  get floor(): number {
    return this.#handle.info()?.floor ?? 0;
  }

  /** Requests may be ready, or passed. */
  resume(): void {
    if (this.#subscription !== undefined) this.#deps.delivery.resume(this.#subscription);
  }

  close(): void {
    this.#isClosed = true;
    this.#stopExtending?.();
  }

  credit(): number {
    return this.#deps.isReady() && !this.#isClosed ? Infinity : 0;
  }

  grant(claimed: Claimed): void {
    this.#held.set(claimed.token, new Map());
    this.#extendLater();
    for (const frame of claimed.frames) {
      for (let index = 0; index < frame.count; index++) {
        this.#take(frame, index, claimed);
      }
    }
  }

  revoke(token: number, ranges: readonly Range[]): void {
    for (const [seq, onLost] of [...(this.#held.get(token) ?? [])]) {
      if (!rangesInclude(ranges, seq)) continue;
      this.#forget(token, seq);
      onLost();
    }
  }

  /** Requests that were lost with a part of the log are answered when their time is over. */
  readonly gap = ignored;
  readonly stalled = ignored;
  readonly deadLettersExpired = ignored;
  readonly passedOver = ignored;

  onceHeard(listener: () => void): void {
    setImmediate(listener);
  }

  #take(frame: Frame, index: number, { token, attempts }: Claimed): void {
    const seq = frame.firstSeq + index;
    const request = requestIn(frame, index);
    this.#held.get(token)?.set(seq, () => undefined);
    if (request === undefined) {
      this.#settle({ token, seq }, { kind: 'ack' });
      return;
    }
    const attempt = attempts.find(([from, to]) => from <= seq && seq <= to)?.[2] ?? 1;
    const { orderingKey } = request;
    const begin = (): void => this.#begin(request, { token, seq, attempt });
    if (orderingKey === undefined) begin();
    else this.#turns.take(orderingKey, begin);
  }

  #begin(request: DurableRequest, place: Place & { readonly attempt: number }): void {
    const { token, seq, attempt } = place;
    const held = this.#held.get(token);
    const { orderingKey: key } = request;
    // It was lost while it waited for its turn.
    if (held?.has(seq) !== true) {
      if (key !== undefined) this.#turns.next(key);
      return;
    }
    const settle = (outcome: Outcome): void => {
      if (!this.#settle(place, outcome) || key === undefined) return;
      if (outcome.kind === 'ack' || outcome.kind === 'dead-letter') this.#turns.next(key);
      else this.#turns.drop(key);
    };
    const onLost = this.#deps.take({ request, attempt, isRedriven: this.#isRedriven(seq), settle });
    // It may have been settled at once.
    if (!held.has(seq)) return;
    held.set(seq, () => {
      if (key !== undefined) this.#turns.drop(key);
      onLost();
    });
  }

  /** Outcomes of one turn are settled together. False: it is not held any more. */
  #settle({ token, seq }: Place, outcome: Outcome): boolean {
    if (!this.#forget(token, seq)) return false;
    if (this.#settlements.length === 0) setImmediate(() => this.#flush());
    this.#settlements.push({ token, outcome, ranges: [[seq, seq]] });
    return true;
  }

  #flush(): void {
    const settlements = this.#settlements;
    this.#settlements = [];
    this.#send(settlements);
  }

  #send(settlements: readonly Settlement[]): void {
    const { delivery, onError } = this.#deps;
    if (this.#subscription !== undefined) delivery.settle(this.#subscription, settlements).catch(onError);
  }

  /** False: it is not held any more. */
  #forget(token: number, seq: number): boolean {
    const held = this.#held.get(token);
    const isHeld = held?.delete(seq) ?? false;
    if (held?.size === 0) this.#held.delete(token);
    return isHeld;
  }

  /** The server is alive as long as it can say so. */
  #extendLater(): void {
    const { delivery, after } = this.#deps;
    this.#stopExtending ??= after(delivery.leaseMs / 3, () => {
      this.#stopExtending = undefined;
      if (this.#isClosed || this.#held.size === 0) return;
      const outcome = { kind: 'extend' } as const;
      this.#send([...this.#held.keys()].map((token) => ({ token, outcome })));
      this.#extendLater();
    });
  }

  #isRedriven(seq: number): boolean {
    const message = this.#handle.message(seq);
    return message.kind === 'leased' && message.redriven;
  }

  get #handle() {
    const { engine, queue, call } = this.#deps;
    return engine.group(queue, call);
  }
}

/** What the server need not know as a member. */
const ignored = (): void => undefined;
