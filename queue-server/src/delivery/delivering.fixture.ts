import { Time } from '../engine/conformance/time.fixture.js';
import { GroupDelivery } from './group-delivery.js';
import type { Joined, Joining } from './joining.js';
import { QUEUE, type GatedEngine } from './gated-engine.fixture.js';
import { recorder, eventLoopIdle, type Recorder } from './recorder.fixture.js';

export interface JoinedMember extends Recorder, Joined {}

/** The token of a member's first grant. */
export const tokenOf = ({ grants }: JoinedMember): number => grants[0]?.token ?? -1;

/** A delivery over a fake engine, and the record of its events. */
export class Delivering {
  readonly delivery: GroupDelivery;
  readonly errors: unknown[] = [];
  /** Queues whose tails were notified. */
  readonly committed: string[] = [];
  /** Groups that a member left, and how. */
  readonly left: string[] = [];
  /** Dead letters that expired. */
  readonly expired: string[] = [];
  /** Events that a group passes over. */
  readonly passedOver: string[] = [];
  readonly time = new Time();

  constructor(engine: GatedEngine) {
    this.delivery = new GroupDelivery({
      engine,
      tails: { committed: (queue) => this.committed.push(queue) },
      onLeft: (queue, group, departure) => this.left.push(`${queue}/${group} ${departure}`),
      onPassedOver: (queue, group, event, firstSeq) =>
        this.passedOver.push(`${queue}/${group} ${event} ${firstSeq}`),
      onDeadLettersExpired: (queue, group, letters) => this.expired.push(`${queue}/${group} ${letters}`),
      onError: (error) => this.errors.push(error),
      after: this.time.after,
      now: () => this.time.now,
    });
  }

  /** Joins, and is ready for messages. */
  async join(
    member: string,
    options: Partial<Pick<Joining, 'group' | 'tokens' | 'settings' | 'known' | 'knows'>> & {
      messages?: number;
    } = {},
  ): Promise<JoinedMember> {
    const { messages = 10, group = 'logger', tokens = [], settings, known, knows } = options;
    const receiver = recorder();
    const window = { messages, bytes: 1024 * 1024 };
    const joining = {
      queue: QUEUE,
      group,
      start: 'start',
      member,
      tokens,
      settings,
      known,
      knows,
      window,
    } as const;
    const joined = await this.delivery.join(joining, receiver);
    this.delivery.resume(joined.subscription);
    await eventLoopIdle();
    return { ...receiver, ...joined };
  }
}
