import { QueueError, type AnyMessage, type DeadLetter, type Range } from '@typed-queue/contracts';
import { readMessages } from '@typed-queue/contracts/wire';
import type { Engine } from '../engine/engine.js';
import { Turns } from './turns.js';

interface Recorded {
  epoch: string;
  readonly messages: AnyMessage[];
  readonly letters: DeadLetter[];
  /** Of each group, the seqs that it has acknowledged. */
  readonly acked: Map<string, Set<number>>;
  nextSeq: number;
  lastLetter: number;
}

const emptyRecord = (epoch: string): Recorded => ({
  epoch,
  messages: [],
  letters: [],
  acked: new Map(),
  nextSeq: 1,
  lastLetter: 0,
});

const READ_BYTES = 1024 * 1024;

/** What became of the messages of all queues, also of those that retention has removed since. */
export class QueueRecord {
  readonly #queues = new Map<string, Recorded>();
  /** All that ever were. */
  readonly #groups = new Map<string, Set<string>>();
  readonly #updates = new Map<string, Turns>();

  messages(queue: string): readonly AnyMessage[] {
    return [...(this.#queues.get(queue)?.messages ?? [])];
  }

  /** @throws QueueError `group_unknown` */
  letters(queue: string, group: string): readonly DeadLetter[] {
    this.#checkGroup(queue, group);
    return (this.#queues.get(queue)?.letters ?? []).filter((letter) => letter.group === group);
  }

  /** @throws QueueError `group_unknown` */
  acked(queue: string, group: string): readonly AnyMessage[] {
    this.#checkGroup(queue, group);
    const seqs = this.#queues.get(queue)?.acked.get(group);
    return this.messages(queue).filter(({ seq }) => seqs?.has(seq) === true);
  }

  open(queue: string, group: string): void {
    const groups = this.#groups.get(queue) ?? new Set();
    this.#groups.set(queue, groups.add(group));
  }

  ack(queue: string, group: string, ranges: readonly Range[]): void {
    const acked = this.#queues.get(queue)?.acked;
    const seqs = acked?.get(group) ?? new Set();
    acked?.set(group, seqs);
    for (const [from, to] of ranges) for (let seq = from; seq <= to; seq++) seqs.add(seq);
  }

  /** Reads what is new in a queue. */
  update(engine: Engine, queue: string): Promise<void> {
    const turns = this.#updates.get(queue) ?? new Turns();
    this.#updates.set(queue, turns);
    return turns.take(() => this.#update(engine, queue));
  }

  #checkGroup(queue: string, group: string): void {
    const groups = [...(this.#groups.get(queue) ?? [])];
    if (groups.includes(group)) return;
    const there = groups.length === 0 ? 'it has none yet' : `it has ${groups.join(', ')}`;
    const text = `"${queue}" has no group "${group}"; ${there}. A subscription has made its group when it is ready, or after idle().`;
    throw new QueueError('group_unknown', text, { details: { queue, group, groups } });
  }

  async #update(engine: Engine, queue: string): Promise<void> {
    const { epoch } = engine.queue(queue).head();
    const known = this.#queues.get(queue);
    // A server that keeps its queues in memory has lost them.
    const recorded = known?.epoch === epoch ? known : emptyRecord(epoch);
    this.#queues.set(queue, recorded);
    await this.#readMessages(engine, queue, recorded);
    await this.#readLetters(engine, queue, recorded);
  }

  async #readMessages(engine: Engine, queue: string, recorded: Recorded): Promise<void> {
    const handle = engine.queue(queue);
    while (recorded.nextSeq <= handle.head().lastSeq) {
      for (const item of await handle.read(recorded.nextSeq, READ_BYTES)) {
        if (item.kind === 'gap') {
          recorded.nextSeq = item.gap.to + 1;
          continue;
        }
        const from = Math.max(0, recorded.nextSeq - item.frame.firstSeq);
        recorded.messages.push(...readMessages(item.frame, queue, from));
        recorded.nextSeq = item.frame.lastSeq + 1;
      }
    }
  }

  async #readLetters(engine: Engine, queue: string, recorded: Recorded): Promise<void> {
    const { deadLetters } = engine.queue(queue);
    const { newest } = deadLetters.status();
    for (let after: number | null = recorded.lastLetter; after !== null && after < newest;) {
      const { letters, next } = await deadLetters.list({ after, through: newest });
      recorded.letters.push(...letters);
      after = next;
    }
    recorded.lastLetter = newest;
  }
}
