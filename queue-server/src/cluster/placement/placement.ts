import { backOffMs } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import { ownerOf } from './rendezvous.js';
import { ABSENT, unitStateAfter, type UnitEvent, type UnitState } from './unit-state.js';

/** What serves one queue. */
export interface Unit {
  /** Drains it, and lets the next server in. Resolves when that is done. */
  close(): Promise<void>;
  /** Calls a listener once, when it serves no longer; it is closed and started again then. Missing: it never fails. */
  onLost?(listener: (error: unknown) => void): void;
}

/** As much of `Members` as placement needs. */
interface PlacingMembers {
  live(): readonly string[];
  onChange(listener: () => void): () => void;
  onSuspicion(listener: (ids: readonly string[]) => void): () => void;
  leave(): Promise<void>;
}

export interface PlacementOptions {
  readonly queues: readonly string[];
  /** The id of this server among the members. */
  readonly self: string;
  readonly members: PlacingMembers;
  /** Waits until no other server serves the queue; rejects when the signal is aborted before. */
  readonly start: (queue: string, signal: AbortSignal) => Promise<Unit>;
  /** Called with each queue that this server takes over if a server that missed a heartbeat is dead. */
  readonly onSuspicion: (queue: string) => void;
  /** Called with what failed: a unit is started again after a while. */
  readonly onError: (queue: string, error: unknown) => void;
  readonly after: After;
}

const RETRY_DELAYS = { minDelayMs: 200, maxDelayMs: 5_000 };

/** Runs the units of the queues that belong to this server. */
export class Placement {
  readonly #options: PlacementOptions;
  readonly #placed: readonly PlacedUnit[];
  readonly #unlisten: readonly (() => void)[];
  #isClosing = false;

  constructor(options: PlacementOptions) {
    this.#options = options;
    this.#placed = options.queues.map((queue) => new PlacedUnit(queue, options));
    const { members } = options;
    this.#unlisten = [
      members.onChange(() => this.#place()),
      members.onSuspicion((suspected) => this.#prepare(suspected)),
    ];
    this.#place();
  }

  /** The queues whose units run here. */
  running(): readonly string[] {
    return this.#placed.filter(({ isRunning }) => isRunning).map(({ queue }) => queue);
  }

  /** Leaves the members, and closes all units at once. Resolves when they are closed. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const unlisten of this.#unlisten) unlisten();
    await this.#options.members.leave();
    await Promise.all(this.#placed.map((placed) => placed.end()));
  }

  #place(): void {
    if (this.#isClosing) return;
    const { members, self } = this.#options;
    const live = members.live();
    for (const placed of this.#placed) placed.want(ownerOf(placed.queue, live) === self);
  }

  /** Reports the queues that move here if the suspected servers are dead. */
  #prepare(suspected: readonly string[]): void {
    const { queues, members, self, onSuspicion } = this.#options;
    const live = members.live();
    const others = live.filter((id) => !suspected.includes(id));
    for (const queue of queues)
      if (ownerOf(queue, live) !== self && ownerOf(queue, others) === self) onSuspicion(queue);
  }
}

/** The unit of one queue, which has one transition at a time. */
class PlacedUnit {
  readonly queue: string;
  readonly #options: PlacementOptions;
  #state: UnitState = ABSENT;
  #isWanted = false;
  #unit: Unit | undefined;
  #starting = new AbortController();
  #cancelRest: () => void = () => undefined;
  #onAbsent: (() => void)[] = [];

  constructor(queue: string, options: PlacementOptions) {
    this.queue = queue;
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#state.kind === 'running';
  }

  want(isWanted: boolean): void {
    this.#isWanted = isWanted;
    this.#take({ kind: isWanted ? 'wanted' : 'unwanted' });
  }

  /** Resolves when it is absent. */
  end(): Promise<void> {
    this.want(false);
    if (this.#state.kind === 'absent') return Promise.resolve();
    return new Promise((resolve) => this.#onAbsent.push(resolve));
  }

  #take(event: UnitEvent): void {
    const state = unitStateAfter(this.#state, event);
    if (state === this.#state) return;
    const { kind: former } = this.#state;
    this.#state = state;
    if (former === 'resting') this.#cancelRest();
    this.#enter(state);
  }

  #enter(state: UnitState): void {
    switch (state.kind) {
      case 'absent':
        if (this.#isWanted) this.#take({ kind: 'wanted' });
        else for (const resolve of this.#onAbsent.splice(0)) resolve();
        break;
      case 'starting':
        void this.#start();
        break;
      case 'cancelled':
        this.#starting.abort(new Error(`the queue ${this.queue} belongs to another server`));
        break;
      case 'running':
        break;
      case 'closing':
        void this.#close();
        break;
      case 'resting':
        this.#rest(state.failures);
    }
  }

  async #start(): Promise<void> {
    const { start } = this.#options;
    const { signal } = (this.#starting = new AbortController());
    try {
      const unit = await start(this.queue, signal);
      this.#unit = unit;
      this.#take({ kind: 'started' });
      unit.onLost?.((error) => this.#lost(unit, error));
    } catch (error) {
      if (!signal.aborted) this.#options.onError(this.queue, error);
      this.#take({ kind: 'failed' });
    }
  }

  #lost(unit: Unit, error: unknown): void {
    if (unit !== this.#unit) return;
    this.#options.onError(this.queue, error);
    this.#take({ kind: 'failed' });
  }

  async #close(): Promise<void> {
    const unit = this.#unit;
    this.#unit = undefined;
    try {
      await unit?.close();
    } catch (error) {
      this.#options.onError(this.queue, error);
    }
    this.#take({ kind: 'closed' });
  }

  #rest(failures: number): void {
    const ms = backOffMs(failures - 1, RETRY_DELAYS);
    this.#cancelRest = this.#options.after(ms, () => this.#take({ kind: 'due' }));
    // It may be unwanted since what failed was closed.
    if (!this.#isWanted) this.#take({ kind: 'unwanted' });
  }
}
