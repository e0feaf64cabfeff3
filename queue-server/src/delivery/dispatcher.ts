import { countSeqs } from '@typed-queue/contracts/wire';
import type { Claimed, ClaimResult, Returned } from '../engine/claim.js';
import type { GroupHandle } from '../engine/engine.js';
import { unionOf, type KnownEvents } from '../engine/known-events.js';
import { RETURN_MS, type Member, type Receiver, type Window } from './member.js';

export interface DispatcherDeps {
  readonly group: GroupHandle;
  readonly onError: (error: unknown) => void;
  /** A member was granted messages. */
  readonly onGranted?: (messages: number) => void;
  /** A member that was away has no leases to come back to. */
  readonly onLeft: () => void;
  /** Runs something once, after a delay. Default: one second. */
  readonly later: (run: () => void, delayMs?: number) => void;
}

/** Grants the messages of one group to its members, in turn, as far as their credit goes. */
export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #members = new Map<string, Member>();
  #state: 'idle' | 'pumping' | 'pump again' | 'stopped' = 'idle';
  /** A claim is open: its messages may be returned before they are granted. */
  #claiming = false;
  #returnedEarly: Returned[] = [];
  /** What members knew that disconnected and may come back. */
  readonly #keptKnown = new Set<{ readonly knows: KnownEvents }>();
  /** Ends that the group follows its log, which it does while it has members. */
  #unfollow: (() => void) | undefined;
  /** Cached; undefined after a change. */
  #known: KnownEvents | undefined;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  /** Nothing is lost with it: no member is here or may come back, and no claim is open. */
  get isDisposable(): boolean {
    return this.#members.size === 0 && this.#keptKnown.size === 0 && this.#state === 'idle';
  }

  /** Including those that are away and may come back to their leases. */
  get members(): readonly Member[] {
    return [...this.#members.values()];
  }

  /** The events that at least one member knows, including those that may come back. */
  get known(): KnownEvents {
    return (this.#known ??= unionOf([...this.members, ...this.#keptKnown].map(({ knows }) => knows)));
  }

  /** Members that may come back know these events: until `RETURN_MS` have passed, the group does not pass over them. */
  keepKnown(knows: KnownEvents): void {
    const entry = { knows };
    this.#keptKnown.add(entry);
    this.#known = undefined;
    this.#deps.later(() => {
      this.#keptKnown.delete(entry);
      this.#known = undefined;
      this.pump();
    }, RETURN_MS);
  }

  /** How many messages members hold that are connected. */
  get unsettled(): number {
    return this.members.reduce((sum, member) => sum + (member.away ? 0 : member.unsettled), 0);
  }

  /** This becomes the member's connection. Returns the tokens under which it still holds messages. */
  join(member: Member, tokens: readonly number[]): readonly number[] {
    const held = this.#deps.group.resume(member.name, tokens);
    member.inherit(this.#members.get(member.name), held);
    this.#members.set(member.name, member);
    this.#unfollow ??= this.#deps.group.follow();
    this.#known = undefined;
    return held.map(({ token }) => token);
  }

  /** Whether this is the member's newest connection. */
  has(member: Member): boolean {
    return this.#members.get(member.name) === member;
  }

  remove(member: Member): void {
    if (this.has(member)) this.#forget(member.name);
  }

  /** The connection is lost. What the member holds waits for its return, or for the end of its leases. */
  connectionLost(member: Member): void {
    member.away = true;
    this.keepKnown(member.knows);
    if (member.unsettled === 0) this.remove(member);
  }

  /** Frees the member's window of messages under the token, on whichever connection it is. */
  free(name: string, token: number, messages: number): void {
    const member = this.#members.get(name);
    if (member === undefined) return;
    member.free(token, messages, this.#members.size === 1);
    if (!member.away || member.unsettled > 0) return;
    this.#forget(name);
    this.#deps.onLeft();
  }

  #forget(name: string): void {
    this.#members.delete(name);
    this.#known = undefined;
    if (this.#members.size > 0) return;
    this.#unfollow?.();
    this.#unfollow = undefined;
  }

  /** Messages were returned to the group without the member: it gets a notice when it is connected. */
  returned(returned: Returned): void {
    const { member: name, token, ranges, leaseEnded } = returned;
    const member = this.#members.get(name);
    if (this.#claiming && member?.holds(token) === false) {
      this.#returnedEarly.push(returned);
      return;
    }
    this.free(name, token, countSeqs(ranges));
    if (member === undefined || member.away) return;
    member.revoke(token, ranges);
    if (leaseEnded) member.awaitPacket(() => this.pump());
  }

  /** Sends notices to the whole group: any member that is connected. */
  get notifier(): Receiver | undefined {
    return this.members.find(({ away }) => !away)?.receiver;
  }

  /** No more grants. */
  stop(): void {
    this.#state = 'stopped';
  }

  /** Messages may be ready, or a member may have credit. */
  pump(): void {
    if (this.#state === 'pumping') this.#state = 'pump again';
    if (this.#state !== 'idle' || !this.#hasCredit) return;
    this.#state = 'pumping';
    this.#run().catch((error: unknown) => {
      this.#handleEarlyReturns();
      if (this.#state === 'stopped') return;
      this.#state = 'idle';
      this.#deps.onError(error);
      this.#deps.later(() => this.pump());
    });
  }

  /** Most calls of `pump` find none: a commit calls it for every group of the queue, however far behind. */
  get #hasCredit(): boolean {
    for (const member of this.#members.values()) if (member.credit() !== undefined) return true;
    return false;
  }

  async #run(): Promise<void> {
    /** Members whose last claim was empty; cleared after every claim that was not. */
    const unserved = new Set<string>();
    while (this.#state !== 'stopped') {
      const next = this.#next(unserved);
      if (next === undefined) {
        if (this.#state !== 'pump again') break;
        this.#state = 'pumping';
        unserved.clear();
        continue;
      }
      const claimed = await this.#claim(next.member, next.credit);
      if (typeof claimed !== 'string') this.#grant(next.member, claimed);
      this.#handleEarlyReturns();
      if (claimed === 'for others') unserved.add(next.member.name);
      if (claimed === 'nothing') for (const name of this.#members.keys()) unserved.add(name);
      if (typeof claimed === 'string') continue;
      unserved.clear();
      // A long backlog must not block the event loop.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (this.#state === 'pumping') this.#state = 'idle';
  }

  /** The next member in turn that has credit. */
  #next(unserved: ReadonlySet<string>): { member: Member; credit: Window } | undefined {
    for (const [name, member] of this.#members) {
      const credit = unserved.has(name) ? undefined : member.credit();
      if (credit === undefined) continue;
      // To the end of the order.
      this.#members.delete(name);
      this.#members.set(name, member);
      return { member, credit };
    }
    return undefined;
  }

  /** Messages that were returned before they were granted. */
  #handleEarlyReturns(): void {
    this.#claiming = false;
    const early = this.#returnedEarly;
    this.#returnedEarly = [];
    for (const returned of early) this.returned(returned);
  }

  #claim(member: Member, credit: Window): Promise<ClaimResult> {
    this.#claiming = true;
    const members = this.members.filter((each) => each.credit() !== undefined).map(({ name }) => name);
    const { name, concurrency, knows } = member;
    return this.#deps.group.claim({
      member: name,
      members,
      concurrency,
      knows,
      known: this.known,
      maxMessages: credit.messages,
      maxBytes: credit.bytes,
    });
  }

  #grant(member: Member, claimed: Claimed): void {
    for (const gap of claimed.gaps) member.receiver.gap(gap);
    if (claimed.frames.length === 0) return;
    const present = this.#members.get(member.name);
    if (present?.isReachable === true && this.#state !== 'stopped') {
      const messages = present.grant(claimed, () => this.#takeBack(member, claimed));
      this.#deps.onGranted?.(messages);
      return;
    }
    this.#release(member, claimed).then(() => this.pump(), this.#deps.onError);
  }

  /** A grant did not leave. */
  #takeBack(member: Member, claimed: Claimed): void {
    const { onError, later } = this.#deps;
    // Not at once: what cannot be stored now may not be stored then.
    this.#release(member, claimed).then(() => later(() => this.pump()), onError);
  }

  async #release({ name }: Member, { token }: Claimed): Promise<void> {
    const outcome = { kind: 'release' } as const;
    const { accepted, returned } = await this.#deps.group.settle({ member: name, token, outcome });
    this.free(name, token, countSeqs(accepted));
    for (const later of returned) this.returned(later);
  }
}
