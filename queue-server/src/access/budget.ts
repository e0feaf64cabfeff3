import { QueueError } from '@typed-queue/contracts';

/** What one connection may use of what the others leave of the budget. */
const SHARE = 1 / 4;

/** Memory in use until `release`, which may be called again. */
export class Reservation {
  readonly #use: (change: number) => void;
  #bytes = 0;
  #isReleased = false;

  /** `use` counts what is used more, or less. */
  constructor(bytes: number, use: (change: number) => void) {
    this.#use = use;
    this.resize(bytes);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Changes the size, whether it fits or not: the memory is in use already. */
  resize(bytes: number): void {
    if (this.#isReleased) return;
    this.#use(bytes - this.#bytes);
    this.#bytes = bytes;
  }

  release(): void {
    this.resize(0);
    this.#isReleased = true;
  }
}

/** The memory for the data of all connections: arriving messages, frames being stored, answers, and unsent data. */
export class MemoryBudget {
  /** The total. */
  readonly bytes: number;
  #used = 0;

  constructor(bytes: number) {
    this.bytes = bytes;
  }

  /** Bytes in use; more than the total after a `charge` or `resize` that did not fit. */
  get used(): number {
    return this.#used;
  }

  get free(): number {
    return Math.max(0, this.bytes - this.#used);
  }

  /** Opens the account of one connection. */
  open(): Account {
    return new Account(this, (change) => (this.#used += change));
  }
}

const DEFAULT_BYTES = 256 * 1024 * 1024;

interface BudgetOptions {
  readonly budget?: MemoryBudget | undefined;
  readonly memoryBudget?: number | undefined;
}

/** The budget of a server: one that is there already, or one of this size. */
export const budgetOf = ({ budget, memoryBudget = DEFAULT_BYTES }: BudgetOptions): MemoryBudget =>
  budget ?? new MemoryBudget(memoryBudget);

/** What one connection uses of the budget. */
export class Account {
  readonly #budget: MemoryBudget;
  readonly #count: (change: number) => void;
  #used = 0;

  constructor(budget: MemoryBudget, use: (change: number) => void) {
    this.#budget = budget;
    this.#count = (change) => {
      this.#used += change;
      use(change);
    };
  }

  /** Bytes in use by this connection. */
  get used(): number {
    return this.#used;
  }

  /** How many more bytes may be reserved: less as others use more, so that something is left for everybody. */
  get available(): number {
    return this.maxOf(0);
  }

  /** How large a reservation of this many bytes may become. */
  maxOf(bytes: number): number {
    return Math.max(0, (this.#budget.free + this.#used) * SHARE - (this.#used - bytes));
  }

  /** Undefined: it would be more than the share of the connection. */
  reserve(bytes: number): Reservation | undefined {
    return bytes > this.available ? undefined : this.charge(bytes);
  }

  /** Counts memory that is in use already, whether it fits or not. */
  charge(bytes: number): Reservation {
    return new Reservation(bytes, this.#count);
  }

  /** @throws QueueError `overloaded` when `reserve` has nothing */
  acquire(bytes: number): Reservation {
    const reservation = this.reserve(bytes);
    if (reservation === undefined) throw overBudget(bytes);
    return reservation;
  }

  /** Runs work with memory reserved for it. @throws QueueError `overloaded` */
  async within<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const reservation = this.acquire(bytes);
    try {
      return await work();
    } finally {
      reservation.release();
    }
  }
}

const overBudget = (bytes: number): QueueError =>
  new QueueError(
    'overloaded',
    `The server has no memory for ${Math.ceil(bytes)} bytes more of this connection at the moment. Send it again later.`,
    { details: { bytes } },
  );
