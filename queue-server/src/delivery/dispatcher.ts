import type { Claimed, ClaimResult, Returned } from '../engine/claim.js';
import type { Engine } from '../engine/engine.js';
import { unionOf, type KnownEvents } from '../engine/group/known-events.js';
import type { Member, Window } from './member.js';
import { RETURN_MS } from './return-time.js';

export interface DispatcherParts {
  readonly engine: Engine;
  readonly queue: string;
  readonly group: string;
  readonly onError: (error: unknown) => void;
  /** A member that was away will not come back to anything. */
  readonly onLeft: () => void;
  /** Runs something once, some time later. Default: after a second. */
  readonly later: (run: () => void, delayMs?: number) => void;
}

/** Hands the messages of one group to its members, as their windows allow, in turn. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #members = new Map<string, Member>();
  #state: 'idle' | 'pumping' | 'pump again' | 'stopped' = 'idle';
  /** Whether something is being claimed: it may be taken back before it is handed on. */
  #claiming = false;
  #early: Returned[] = [];
  /** What members knew that vanished a moment ago, and may come back. */
  readonly #lately = new Set<{ readonly knows: KnownEvents }>();
  /** Undefined: it has changed. */
  #known: KnownEvents | undefined;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  /** Nobody is a member or may come back, and nothing is under way. */
  get unused(): boolean {
    return this.#members.size === 0 && this.#lately.size === 0 && this.#state === 'idle';
  }

  /** Everyone who is here, or is away and may come back to its leases. */
  get members(): readonly Member[] {
    return [...this.#members.values()];
  }

  /** The events that at least one member knows, those included that may come back. */
  get known(): KnownEvents {
    return (this.#known ??= unionOf([...this.members, ...this.#lately].map(({ knows }) => knows)));
  }

  /** Members that may come back know these events: the group does not pass over them until they had time to. */
  remember(knows: KnownEvents): void {
    const entry = { knows };
    this.#lately.add(entry);
    this.#known = undefined;
    this.#parts.later(() => {
      this.#lately.delete(entry);
      this.#known = undefined;
      this.pump();
    }, RETURN_MS);
  }

  /** How many messages are at members that are here. */
  get unsettled(): number {
    return this.members.reduce((sum, member) => sum + (member.away ? 0 : member.unsettled), 0);
  }

  /** The member's connection is this one from now on. Returns which of its tokens hold. */
  join(member: Member, tokens: readonly number[]): readonly number[] {
    const { engine, queue, group } = this.#parts;
    const held = engine.resume(queue, group, member.name, tokens);
    const former = this.#members.get(member.name);
    if (former !== undefined) member.inherit(former, held);
    this.#members.set(member.name, member);
    this.#known = undefined;
    return held;
  }

  /** Whether this connection is the member's newest. */
  has(member: Member): boolean {
    return this.#members.get(member.name) === member;
  }

  remove(member: Member): void {
    if (this.has(member)) this.#forget(member.name);
  }

  /** The connection is gone: nothing goes out to it. What the member holds waits for its return, or for its leases. */
  abandon(member: Member): void {
    member.away = true;
    this.remember(member.knows);
    if (member.unsettled === 0) this.remove(member);
  }

  /** So many messages under the token no longer count against the member's window, whichever its connection is. */
  settled(name: string, token: number, messages: number): void {
    const member = this.#members.get(name);
    if (member === undefined) return;
    member.settled(token, messages);
    if (!member.away || member.unsettled > 0) return;
    this.#forget(name);
    this.#parts.onLeft();
  }

  #forget(name: string): void {
    this.#members.delete(name);
    this.#known = undefined;
  }

  /** Messages were taken back from a member: it is told, when it is here. */
  returned(returned: Returned): void {
    const { member: name, token, ranges, leaseEnded } = returned;
    const member = this.#members.get(name);
    if (this.#claiming && member?.holds(token) === false) {
      this.#early.push(returned);
      return;
    }
    const messages = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
    this.settled(name, token, messages);
    if (member?.away !== false) return;
    member.receiver.revoke(token, ranges);
    if (leaseEnded) member.awaitLife(() => this.pump());
  }

  /** Tells the group, through any member that is here, that it is handed nothing new. */
  stalled(unsettled: number): void {
    this.members.find(({ away }) => !away)?.receiver.stalled(unsettled);
  }

  /** Tells the group, through any member that is here, that dead letters are lost. */
  deadLettersExpired(letters: number): void {
    this.members.find(({ away }) => !away)?.receiver.deadLettersExpired(letters);
  }

  /** Tells the group, through any member that is here, what it passes over. */
  passedOver(event: string, firstSeq: number): void {
    this.members.find(({ away }) => !away)?.receiver.passedOver(event, firstSeq);
  }

  /** Nothing more goes out. */
  stop(): void {
    this.#state = 'stopped';
  }

  /** Something is ready or a window has room: hands out what can be. */
  pump(): void {
    if (this.#state === 'pumping') this.#state = 'pump again';
    if (this.#state !== 'idle') return;
    this.#state = 'pumping';
    this.#run().catch((error: unknown) => {
      this.#returnEarly();
      if (this.#state === 'stopped') return;
      this.#state = 'idle';
      this.#parts.onError(error);
      this.#parts.later(() => this.pump());
    });
  }

  async #run(): Promise<void> {
    /** Those for whom there was nothing since something last went out: others may get what they may not. */
    const served = new Set<string>();
    while (this.#state !== 'stopped') {
      const next = this.#next(served);
      if (next === undefined) {
        if (this.#state !== 'pump again') break;
        this.#state = 'pumping';
        served.clear();
        continue;
      }
      const claimed = await this.#claim(next.member, next.room);
      if (typeof claimed !== 'string') this.#hand(next.member, claimed);
      this.#returnEarly();
      if (claimed === 'for others') served.add(next.member.name);
      if (claimed === 'nothing') for (const name of this.#members.keys()) served.add(name);
      if (typeof claimed === 'string') continue;
      served.clear();
      // A long backlog must not keep the loop from everything else.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (this.#state === 'pumping') this.#state = 'idle';
  }

  /** The member whose turn it is, of those that have room. */
  #next(served: ReadonlySet<string>): { member: Member; room: Window } | undefined {
    for (const [name, member] of this.#members) {
      const room = served.has(name) ? undefined : member.credit();
      if (room === undefined) continue;
      // To the end of the order: it was its turn.
      this.#members.delete(name);
      this.#members.set(name, member);
      return { member, room };
    }
    return undefined;
  }

  /** What was taken back before it was handed on is taken back now. */
  #returnEarly(): void {
    this.#claiming = false;
    const early = this.#early;
    this.#early = [];
    for (const returned of early) this.returned(returned);
  }

  #claim(member: Member, room: Window): Promise<ClaimResult> {
    const { engine, queue, group } = this.#parts;
    this.#claiming = true;
    const members = this.members.filter((each) => each.credit() !== undefined).map(({ name }) => name);
    const limits = { maxMessages: room.messages, maxBytes: room.bytes };
    const { name, concurrency, knows } = member;
    const who = { member: name, members, concurrency, knows, known: this.known };
    return engine.claim({ queue, group, ...who, ...limits });
  }

  #hand(member: Member, claimed: Claimed): void {
    for (const gap of claimed.gaps) member.receiver.gap(gap);
    if (claimed.frames.length === 0) return;
    const present = this.#members.get(member.name);
    if (present?.isReachable === true && this.#state !== 'stopped') {
      present.take(claimed);
      return;
    }
    const { engine, queue, group, onError } = this.#parts;
    const { token } = claimed;
    const release = { queue, group, member: member.name, token, outcome: { kind: 'release' } } as const;
    engine.settle(release).then(() => this.pump(), onError);
  }
}
