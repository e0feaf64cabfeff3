import type { Claimed, Engine } from '../engine/engine.js';
import type { Member, Window } from './member.js';

/** Hands the messages of one group to its members, as their windows allow, in turn. */
export class Dispatcher {
  readonly #engine: Engine;
  readonly #queue: string;
  readonly #group: string;
  readonly #onError: (error: unknown) => void;
  readonly #members = new Map<string, Member>();
  #state: 'idle' | 'pumping' | 'pump again' | 'stopped' = 'idle';

  constructor(engine: Engine, queue: string, group: string, onError: (error: unknown) => void) {
    this.#engine = engine;
    this.#queue = queue;
    this.#group = group;
    this.#onError = onError;
  }

  /** Nobody is a member, and nothing is under way. */
  get unused(): boolean {
    return this.#members.size === 0 && this.#state === 'idle';
  }

  /** How many messages are at members that are here. */
  get unsettled(): number {
    return [...this.#members.values()].reduce((sum, member) => sum + (member.away ? 0 : member.unsettled), 0);
  }

  /** The member's connection is this one from now on. Returns which of its tokens hold. */
  join(member: Member, tokens: readonly number[]): readonly number[] {
    const held = this.#engine.resume(this.#queue, this.#group, member.name, tokens);
    const former = this.#members.get(member.name);
    if (former !== undefined) member.inherit(former, held);
    this.#members.set(member.name, member);
    return held;
  }

  /** Whether this connection is the member's newest. */
  has(member: Member): boolean {
    return this.#members.get(member.name) === member;
  }

  remove(member: Member): void {
    if (this.has(member)) this.#members.delete(member.name);
  }

  /** The connection is gone: nothing goes out to it. What the member holds waits for its return, or for its leases. */
  abandon(member: Member): void {
    member.away = true;
    if (member.unsettled === 0) this.remove(member);
  }

  /** So many messages under the token no longer count against the member's window, whichever its connection is. */
  settled(name: string, token: number, messages: number): void {
    const member = this.#members.get(name);
    if (member === undefined) return;
    member.settled(token, messages);
    if (member.away && member.unsettled === 0) this.#members.delete(name);
  }

  /** The lease ended without an outcome: all that stood under it goes out again. */
  expired(name: string, token: number): void {
    this.settled(name, token, Infinity);
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
      if (this.#state !== 'stopped') this.#state = 'idle';
      this.#onError(error);
    });
  }

  async #run(): Promise<void> {
    for (;;) {
      const next = this.#next();
      const claimed = next && (await this.#claim(next.member, next.room));
      if (next !== undefined && claimed !== undefined) {
        this.#hand(next.member, claimed);
        // A long backlog must not keep the loop from everything else.
        await new Promise((resolve) => setImmediate(resolve));
      } else if (this.#state === 'pump again') this.#state = 'pumping';
      else break;
      if (this.#state === 'stopped') return;
    }
    if (this.#state === 'pumping') this.#state = 'idle';
  }

  /** The member whose turn it is, of those that have room. */
  #next(): { member: Member; room: Window } | undefined {
    for (const [name, member] of this.#members) {
      const room = member.room();
      if (room === undefined) continue;
      // To the end of the order: it was its turn.
      this.#members.delete(name);
      this.#members.set(name, member);
      return { member, room };
    }
    return undefined;
  }

  #claim(member: Member, room: Window): Promise<Claimed | undefined> {
    return this.#engine.claim({
      queue: this.#queue,
      group: this.#group,
      member: member.name,
      maxMessages: room.messages,
      maxBytes: room.bytes,
    });
  }

  #hand(member: Member, claimed: Claimed): void {
    for (const gap of claimed.gaps) member.receiver.gap(gap);
    if (claimed.frames.length === 0) return;
    const present = this.#members.get(member.name);
    if (present?.away === false && this.#state !== 'stopped') {
      present.take(claimed);
      return;
    }
    const { token } = claimed;
    const release = {
      queue: this.#queue,
      group: this.#group,
      member: member.name,
      token,
      outcome: { kind: 'release' },
    } as const;
    this.#engine.settle(release).then(() => this.pump(), this.#onError);
  }
}
