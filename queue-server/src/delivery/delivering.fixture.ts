import { Delivery, type Joined } from './delivery.js';
import { QUEUE, recorder, settled, type FakeEngine, type Recorder } from './fake-engine.fixture.js';

export interface JoinedMember extends Recorder, Joined {}

/** The token of a member's first grant. */
export const tokenOf = ({ grants }: JoinedMember): number => grants[0]?.token ?? -1;

/** A delivery over a fake engine, and what becomes of it. */
export class Delivering {
  readonly delivery: Delivery;
  readonly errors: unknown[] = [];

  constructor(engine: FakeEngine) {
    this.delivery = new Delivery(engine, (error) => this.errors.push(error));
  }

  /** Joins, and is ready for messages. */
  async join(
    member: string,
    options: { messages?: number; group?: string; tokens?: readonly number[] } = {},
  ): Promise<JoinedMember> {
    const { messages = 10, group = 'logger', tokens = [] } = options;
    const receiver = recorder();
    const window = { messages, bytes: 1024 * 1024 };
    const joining = { queue: QUEUE, group, start: 'start', member, tokens, window } as const;
    const joined = await this.delivery.join(joining, receiver);
    this.delivery.start(joined.subscription);
    await settled();
    return { ...receiver, ...joined };
  }
}
