import type { Range } from '@typed-queue/contracts';
import { countSeqs } from '@typed-queue/contracts/wire';
import { Dispatcher } from './dispatcher.js';
import { QUEUE, type GatedEngine } from './gated-engine.fixture.js';
import { recorder, eventLoopIdle, type Recorder } from './recorder.fixture.js';
import { Member, type MemberOptions } from './member.js';

export const GROUP = 'logger';
const BYTES = 1024 * 1024;

export interface Joined extends Recorder {
  readonly member: Member;
}

/** The dispatcher of one group, and the record of its events. */
export class Dispatching {
  readonly engine: GatedEngine;
  readonly dispatcher: Dispatcher;
  readonly errors: unknown[] = [];
  /** How often a member that was away was removed. */
  left = 0;
  /** What the dispatcher scheduled. */
  readonly later: (() => void)[] = [];

  private constructor(engine: GatedEngine) {
    this.engine = engine;
    this.dispatcher = new Dispatcher({
      group: engine.group(QUEUE, GROUP),
      onError: (error) => this.errors.push(error),
      later: (run) => this.later.push(run),
      onLeft: () => this.left++,
    });
  }

  static async on(engine: GatedEngine): Promise<Dispatching> {
    await engine.group(QUEUE, GROUP).open({ start: 'start' });
    return new Dispatching(engine);
  }

  join(
    name: string,
    { messages, tokens = [], ...options }: MemberOptions & { messages: number; tokens?: readonly number[] },
  ): Joined {
    const receiver = recorder();
    const member = new Member(name, { messages, bytes: BYTES }, receiver, options);
    this.dispatcher.join(member, tokens);
    return { ...receiver, member };
  }

  /** The member acks everything that it was granted. */
  async ack({ grants, member }: Joined): Promise<void> {
    const settle = { member: member.name, outcome: { kind: 'ack' } } as const;
    for (const { token, frames } of grants.splice(0)) {
      await this.engine.group(QUEUE, GROUP).settle({ ...settle, token });
      const messages = frames.reduce((sum, frame) => sum + frame.count, 0);
      this.dispatcher.free(member.name, token, messages);
    }
  }

  /** The member acks some of what it was granted. */
  async settle({ member }: Joined, token: number, ranges: readonly Range[]): Promise<void> {
    const settle = { member: member.name, token, ranges } as const;
    await this.engine.group(QUEUE, GROUP).settle({ ...settle, outcome: { kind: 'ack' } });
    this.dispatcher.free(member.name, token, countSeqs(ranges));
  }

  /** Pumps until the dispatcher is idle. */
  async pumped(): Promise<void> {
    this.dispatcher.pump();
    await eventLoopIdle();
  }
}
