import type { JetStreamClient } from '@nats-io/jetstream';
import { TestStore } from './nats-journal.fixture.js';

/** What becomes of an append, or of its answer. */
export type Loss = 'request' | 'answer' | 'late request';

/** A store where chosen appends have no answer. */
export class LossyStore extends TestStore {
  /** By the number of the append: which of them are lost, and how. */
  readonly #losses = new Map<number, Loss>();
  readonly #before = new Map<number, () => Promise<void>>();
  #appends = 0;
  #late: (() => Promise<unknown>)[] = [];
  /** What late requests were answered. */
  readonly lateAnswers: Promise<unknown>[] = [];

  /** Loses one of the next appends: 0 is the next one. */
  loseAt(append: number, loss: Loss): void {
    this.#losses.set(this.#appends + append, loss);
  }
  /** Does something else before one of the next appends. */
  before(append: number, run: () => Promise<void>): void {
    this.#before.set(this.#appends + append, run);
  }

  /** Lets what is late arrive. */
  async arrive(): Promise<void> {
    this.lateAnswers.push(...this.#late.map((late) => late().catch((error: unknown) => error)));
    this.#late = [];
    await Promise.all(this.lateAnswers);
  }

  override get js(): JetStreamClient {
    const { js } = { js: super.js };
    const publish: JetStreamClient['publish'] = async (...publishing) => {
      const append = this.#appends++;
      await this.#before.get(append)?.();
      return this.#sent(() => js.publish(...publishing), this.#losses.get(append));
    };
    // Safe: it has everything of the client, by its prototype.
    return Object.assign(Object.create(js), { publish }) as JetStreamClient;
  }

  async #sent<T>(send: () => Promise<T>, loss: Loss | undefined): Promise<T> {
    if (loss === undefined) {
      const answer = await send();
      // What is late arrives right after another append.
      void this.arrive();
      return answer;
    }
    if (loss === 'answer') await send().catch(() => undefined);
    if (loss === 'late request') this.#late.push(send);
    throw new Error('the test lost it');
  }
}
