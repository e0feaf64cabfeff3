import type { Gap, Range } from '@typed-queue/contracts';
import type { Frame, Outcome } from '@typed-queue/contracts/wire';
import type { Claim, Claimed, ConnectionEnd, SettleResult } from '../claim.js';
import type { Engine } from '../engine.js';

/** What a claim delivered. */
export interface Delivered {
  readonly token: number;
  readonly seqs: readonly number[];
  readonly attempts: Claimed['attempts'];
  readonly gaps: readonly Gap[];
}

export type Limits = Partial<
  Pick<Claim, 'maxMessages' | 'maxBytes' | 'members' | 'concurrency' | 'knows' | 'known'>
>;

/** A group of the engine of a trial, whichever that is after a restart. */
export class TrialGroup {
  readonly queue: string;
  readonly group: string;
  readonly #engine: () => Engine;

  constructor(engine: () => Engine, queue: string, group: string) {
    this.#engine = engine;
    this.queue = queue;
    this.group = group;
  }

  /** What there is for a member, as it is sent to it; undefined when there is nothing for it. */
  async claim(member: string, limits: Limits = {}): Promise<Claimed | undefined> {
    const claimed = await this.claimUnsent(member, limits);
    await claimed?.mayLeave;
    return claimed;
  }

  /** The same, before its lease may be stored. */
  async claimUnsent(member: string, limits: Limits = {}): Promise<Claimed | undefined> {
    const { queue, group } = this;
    const claimed = await this.#engine()
      .group(queue, group)
      .claim({
        member,
        maxMessages: 100,
        maxBytes: 1024 * 1024,
        ...limits,
      });
    return typeof claimed === 'string' ? undefined : claimed;
  }

  /** Claims where something has to be ready. */
  async mustClaim(member: string, limits: Limits = {}): Promise<Delivered> {
    const claimed = await this.claim(member, limits);
    if (claimed === undefined) throw new Error(`nothing was ready for ${member}`);
    const { token, frames, attempts, gaps } = claimed;
    const seqs = frames.flatMap(seqsOf);
    return { token, seqs, attempts, gaps };
  }

  /** Claims until there is nothing more; for what a member may not have. */
  async seqsFor(member: string, limits: Limits = {}): Promise<readonly number[]> {
    const seqs: number[] = [];
    for (let claims = 0; claims < 100; claims++) {
      const claimed = await this.claim(member, limits);
      if (claimed === undefined) return seqs;
      seqs.push(...claimed.frames.flatMap(seqsOf));
    }
    throw new Error(`a hundred claims of ${member} did not come to an end`);
  }

  settle(member: string, token: number, outcome: Outcome, ranges?: readonly Range[]): Promise<SettleResult> {
    const { queue, group } = this;
    return this.#engine().group(queue, group).settle({ member, token, outcome, ranges });
  }

  /** Resolves when the outcome is safe. */
  async settleDurably(...settle: Parameters<TrialGroup['settle']>): Promise<void> {
    const { durable } = await this.settle(...settle);
    await durable;
  }

  ack(member: string, token: number, ranges?: readonly Range[]): Promise<void> {
    return this.settleDurably(member, token, { kind: 'ack' }, ranges);
  }

  resume(member: string, tokens: readonly number[]): readonly number[] {
    const held = this.#engine().group(this.queue, this.group).resume(member, tokens);
    return held.map(({ token }) => token);
  }

  abandon(member: string, end?: ConnectionEnd): void {
    this.#engine().group(this.queue, this.group).abandon(member, end);
  }

  leave(member: string): Promise<void> {
    return this.#engine().group(this.queue, this.group).leave(member);
  }

  /** The first seq that is not settled. */
  async floor(): Promise<number> {
    return (await this.#engine().group(this.queue, this.group).open({ start: 'start' })).floor;
  }
}

const seqsOf = ({ firstSeq, count }: Frame): number[] =>
  Array.from({ length: count }, (_, index) => firstSeq + index);
