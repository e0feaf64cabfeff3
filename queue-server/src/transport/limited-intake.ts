import { MAX_FRAMES_IN_FLIGHT, QueueError, type Frame } from '@typed-queue/contracts';
import type { Appended, Intake } from '../delivery/intake.js';

/** A client may have that many frames in flight for each of some queues, and sends plain messages beside them. */
const MAX_OPEN = 4 * MAX_FRAMES_IN_FLIGHT;

/** The intake of one connection: it may not have more in flight than a well-behaved client would. */
export class LimitedIntake {
  readonly #intake: Intake;
  #open = 0;

  constructor(intake: Intake) {
    this.#intake = intake;
  }

  /** @throws QueueError `overloaded`, and whatever the intake refuses with */
  async append(queue: string, frame: Frame): Promise<Appended> {
    if (this.#open >= MAX_OPEN) {
      throw new QueueError(
        'overloaded',
        `This connection has ${MAX_OPEN} publishes without an answer already. Wait for some of them.`,
      );
    }
    this.#open++;
    try {
      return await this.#intake.append(queue, frame);
    } finally {
      this.#open--;
    }
  }
}
