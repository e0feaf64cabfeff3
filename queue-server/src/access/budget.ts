import { QueueError } from '@typed-queue/contracts';

/** Of what the others leave of the budget, one connection may use a quarter. */
const SHARE = 1 / 4;

/** Memory that is in use until it is released. Releasing it again does nothing. */
export interface Reservation {
  readonly bytes: number;
  /** Counts other bytes from now on, whether they fit or not: they are there already. */
  resize(bytes: number): void;
  release(): void;
}

/**
 * The memory that all connections together may use for what they send and are sent: messages that arrive, frames that
 * are being stored, answers in the making, and what was not sent yet.
 */
export class MemoryBudget {
  /** How much there is. */
  readonly bytes: number;
  #used = 0;

  constructor(bytes: number) {
    this.bytes = bytes;
  }

  /** Bytes in use. More than there are when what is there already turned out larger. */
  get used(): number {
    return this.#used;
  }

  get free(): number {
    return Math.max(0, this.bytes - this.#used);
  }

  /** The account of one connection. */
  open(): Account {
    return new Account(this, (change) => (this.#used += change));
  }
}

/** What one connection uses of the budget. */
export class Account {
  readonly #budget: MemoryBudget;
  readonly #use: (change: number) => void;
  #used = 0;

  constructor(budget: MemoryBudget, use: (change: number) => void) {
    this.#budget = budget;
    this.#use = use;
  }

  /** Bytes that this connection uses. */
  get used(): number {
    return this.#used;
  }

  /** How many more bytes may be reserved: less as others use more, so that something is left for everybody. */
  get available(): number {
    return Math.max(0, (this.#budget.free + this.#used) * SHARE - this.#used);
  }

  /** Undefined: the connection has its share, or the budget is used up. */
  reserve(bytes: number): Reservation | undefined {
    return bytes > this.available ? undefined : this.hold(bytes);
  }

  /** Counts what is there already. */
  hold(bytes: number): Reservation {
    let held = bytes;
    let released = false;
    this.#change(bytes);
    const resize = (to: number): void => {
      if (released) return;
      this.#change(to - held);
      held = to;
    };
    const release = (): void => {
      resize(0);
      released = true;
    };
    return Object.freeze({
      get bytes() {
        return held;
      },
      resize,
      release,
    });
  }

  /** Does something with memory reserved for it. @throws QueueError `overloaded` */
  async within<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const reservation = this.reserve(bytes);
    if (reservation === undefined) throw overBudget(bytes);
    try {
      return await work();
    } finally {
      reservation.release();
    }
  }

  #change(bytes: number): void {
    this.#used += bytes;
    this.#use(bytes);
  }
}

const overBudget = (bytes: number): QueueError =>
  new QueueError(
    'overloaded',
    `The server has no memory for ${Math.ceil(bytes)} bytes more of this connection at the moment. Send it again later.`,
    { details: { bytes } },
  );
