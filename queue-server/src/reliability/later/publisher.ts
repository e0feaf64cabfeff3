import { setTimeout } from 'node:timers/promises';
import type { Target } from '../server-process.js';
import { LastingConnection, type Answer } from './lasting-connection.js';
import type { PlannedMessage, Queue } from './schedule-plan.js';
import type { Cancellation, ScheduledMessage } from './scheduled-message.js';

/** Messages of a publisher that wait for their receipts. */
const WINDOW = 100;
const RETRY_MS = 50;

const DATA: Readonly<Record<Queue, { readonly event: string; readonly payload: unknown }>> = {
  database: { event: 'read', payload: { model: 'order', id: '1', count: 1 } },
  files: { event: 'save', payload: { path: '/later', bytes: 1, sha256: 'a', durationMs: 1 } },
};

interface Receipt {
  readonly id: string;
  readonly dueAt: number;
  readonly durability: string;
}

interface Sent {
  readonly at: number;
  readonly times: number;
}

/** Schedules messages at their times, each until it has a receipt, and cancels some of them. */
export class Publisher {
  readonly scheduled: ScheduledMessage[] = [];
  /** Messages that were sent more than once. */
  resent = 0;
  /** Refusals that are final, and wrong receipts. */
  readonly problems: string[] = [];
  readonly #connection: LastingConnection;
  readonly #startAt: number;
  readonly #running = new Set<Promise<void>>();
  #unconfirmed = 0;
  #onRoom: () => void = () => undefined;

  /** `startAt`: when the times of plans begin, in milliseconds since 1970. */
  constructor(target: () => Target, startAt: number) {
    this.#connection = new LastingConnection(target);
    this.#startAt = startAt;
  }

  /** Resolves when each message is confirmed, or refused for good, and what was to be cancelled has an answer. */
  async run(plan: Iterable<PlannedMessage>): Promise<void> {
    for (const message of plan) {
      await this.#until(message.sendMs);
      while (this.#unconfirmed >= WINDOW) await new Promise<void>((resolve) => (this.#onRoom = resolve));
      const one = this.#play(message);
      this.#running.add(one);
      void one.finally(() => this.#running.delete(one));
    }
    await Promise.all(this.#running);
  }

  /** How many messages of a queue wait still: at most a few are counted. */
  async waiting(queue: Queue): Promise<number> {
    const answer = await this.#retry(() => this.#connection.request('scheduled', queue));
    // Safe: a page of scheduled messages.
    return answer.ok ? (answer.value as { readonly messages: readonly unknown[] }).messages.length : Infinity;
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #until(ms: number): Promise<void> {
    const waitMs = this.#startAt + ms - Date.now();
    if (waitMs > 0) await setTimeout(waitMs);
  }

  async #play(message: PlannedMessage): Promise<void> {
    this.#unconfirmed++;
    const confirmed = await this.#schedule(message);
    this.#unconfirmed--;
    this.#onRoom();
    if (confirmed === undefined) return;
    const cancellation =
      message.cancelMs === undefined ? 'none' : await this.#cancel(message, message.cancelMs);
    const { id, queue } = message;
    const { sentAt, confirmedAt, dueFrom, dueAt } = confirmed;
    this.scheduled.push({ id, queue, sentAt, confirmedAt, dueFrom, dueAt, cancellation });
  }

  async #schedule(
    message: PlannedMessage,
  ): Promise<Omit<ScheduledMessage, 'id' | 'queue' | 'cancellation'> | undefined> {
    const { id, queue } = message;
    const sentAt = Date.now();
    let times = 0;
    const answer = await this.#retry(() => {
      if (times++ === 1) this.resent++;
      return this.#connection.request('schedule', queue, this.#request(message, sentAt));
    });
    const confirmedAt = Date.now();
    if (!answer.ok) {
      this.problems.push(`${id} was refused: ${answer.error.code}`);
      return undefined;
    }
    // Safe: the receipt of a scheduled message.
    const receipt = answer.value as Receipt;
    const dueFrom = this.#dueFrom(message, receipt, { at: sentAt, times });
    return { sentAt, confirmedAt, dueFrom, dueAt: receipt.dueAt };
  }

  #request({ id, queue, time }: PlannedMessage, sentAt: number): unknown {
    const { event, payload } = DATA[queue];
    if (time.kind === 'at') return { id, event, payload, deliverAt: this.#startAt + time.ms };
    return { id, event, payload, delayMs: Math.max(0, sentAt + time.ms - Date.now()) };
  }

  /** When it is due at the earliest. */
  #dueFrom({ id, time }: PlannedMessage, receipt: Receipt, sent: Sent): number {
    const asked = time.kind === 'at' ? this.#startAt + time.ms : sent.at + time.ms;
    const isRight = time.kind === 'at' ? receipt.dueAt === asked : receipt.dueAt >= asked;
    if (!isRight || receipt.id !== id || receipt.durability !== 'disk')
      this.problems.push(`the receipt of ${id}, for ${asked}, is ${JSON.stringify(receipt)}`);
    return time.kind === 'delay' && sent.times === 1 ? receipt.dueAt : asked;
  }

  async #cancel({ id, queue }: PlannedMessage, cancelMs: number): Promise<Cancellation> {
    await this.#until(cancelMs);
    let lost = 0;
    const answer = await this.#retry(async () => {
      const given = await this.#connection.request('scheduled:cancel', queue, id);
      if (given === undefined) lost++;
      return given;
    });
    if (!answer.ok) {
      this.problems.push(`to cancel ${id} was refused: ${answer.error.code}`);
      return 'unknown';
    }
    // Safe: the answer to this request.
    if ((answer.value as { readonly cancelled: boolean }).cancelled) return 'cancelled';
    return lost === 0 ? 'too-late' : 'unknown';
  }

  /** Until the answer is one that stays. */
  async #retry(send: () => Promise<Answer>): Promise<NonNullable<Answer>> {
    for (;;) {
      const answer = await send();
      if (answer?.ok === true || answer?.error.retryable === false) return answer;
      await setTimeout(RETRY_MS);
    }
  }
}
