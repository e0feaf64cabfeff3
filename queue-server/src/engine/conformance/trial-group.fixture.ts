import type { Gap, Outcome, Range } from '@typed-queue/contracts';
import type { Claim, Claimed, Engine, Settled } from '../engine.js';

/** What a claim handed out. */
export interface Handed {
  readonly token: number;
  readonly seqs: readonly number[];
  readonly attempts: Claimed['attempts'];
  readonly gaps: readonly Gap[];
}

export type Limits = Partial<Pick<Claim, 'maxMessages' | 'maxBytes'>>;

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

  claim(member: string, limits: Limits = {}): Promise<Claimed | undefined> {
    const { queue, group } = this;
    return this.#engine().claim({
      ...{ queue, group, member },
      ...{ maxMessages: 100, maxBytes: 1024 * 1024, ...limits },
    });
  }

  /** Claims where something has to be ready. */
  async hand(member: string, limits: Limits = {}): Promise<Handed> {
    const claimed = await this.claim(member, limits);
    if (claimed === undefined) throw new Error(`nothing was ready for ${member}`);
    const { token, frames, attempts, gaps } = claimed;
    const seqs = frames.flatMap(({ firstSeq, count }) =>
      Array.from({ length: count }, (_, place) => firstSeq + place),
    );
    return { token, seqs, attempts, gaps };
  }

  settle(member: string, token: number, outcome: Outcome, ranges?: readonly Range[]): Promise<Settled> {
    const { queue, group } = this;
    return this.#engine().settle({ queue, group, member, token, outcome, ranges });
  }

  /** Acks, and waits until that is safe. */
  async ack(member: string, token: number, ranges?: readonly Range[]): Promise<void> {
    await (
      await this.settle(member, token, { kind: 'ack' }, ranges)
    ).durable;
  }

  resume(member: string, tokens: readonly number[]): readonly number[] {
    return this.#engine().resume(this.queue, this.group, member, tokens);
  }

  abandon(member: string): void {
    this.#engine().abandon(this.queue, this.group, member);
  }

  leave(member: string): Promise<void> {
    return this.#engine().leave(this.queue, this.group, member);
  }

  /** The first seq that is not settled. */
  async floor(): Promise<number> {
    return (await this.#engine().openGroup(this.queue, this.group, 'start')).floor;
  }
}
