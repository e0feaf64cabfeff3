import type { QueueError, Range } from '@typed-queue/contracts';
import { keyHash, type GrantHeader, type Settlement } from '@typed-queue/contracts/wire';
import type { Runtime } from '../runtime.js';
import { Grant, type Dropped } from './grant.js';
import type { GrantedMessages } from './granted.js';
import { Handlers, type HandlersParts } from './handlers.js';
import { KeyLines } from './key-lines.js';
import type { LeaseClock } from './lease-clock.js';
import { Turn } from './turn.js';

export interface WorkParts extends Omit<HandlersParts, 'lines' | 'onEnd' | 'runtime'> {
  readonly runtime: HandlersParts['runtime'] & Pick<Runtime, 'defer'>;
  readonly leases: Pick<LeaseClock, 'granted' | 'forget' | 'check'>;
}

const NOTHING: Dropped = { begun: [], waiting: [] };

/**
 * The grants of one subscription and the handlers at work on them: in the order of grants, and of seqs in each. A
 * message whose ordering key is at work or held lets others pass.
 */
export class Work {
  readonly #onOutcome: () => void;
  readonly #grants = new Map<number, Grant>();
  /** Those with messages that nobody has looked at. */
  readonly #ready: Grant[] = [];
  readonly #lines = new KeyLines();
  readonly #handlers: Handlers;
  readonly #leases: WorkParts['leases'];
  readonly #turn: Turn;
  #stopped = false;

  constructor(parts: WorkParts) {
    this.#onOutcome = parts.onOutcome;
    this.#leases = parts.leases;
    this.#handlers = new Handlers({ ...parts, lines: this.#lines, onEnd: () => this.#fill() });
    this.#turn = new Turn({
      runtime: parts.runtime,
      onBegin: () => this.#leases.check(),
      onNext: () => this.#fill(),
    });
  }

  /** The leases in hand. */
  get tokens(): readonly number[] {
    return [...this.#grants.keys()];
  }
  /** Whether handlers are running. */
  get busy(): boolean {
    return this.#handlers.busy;
  }
  /** Whether the caller is one of the handlers, as far as the platform can tell. */
  get calling(): boolean {
    return this.#handlers.calling;
  }
  /** Whether outcomes wait to be told. */
  get untold(): boolean {
    return [...this.#grants.values()].some((grant) => grant.hasOutcomes);
  }

  accept(header: GrantHeader, messages: GrantedMessages): void {
    const grant = new Grant(header, messages, this.#onOutcome);
    this.#grants.set(grant.token, grant);
    this.#leases.granted(grant.token, header.leaseMs);
    this.#ready.push(grant);
    this.#fill();
  }

  /** Has all leases extended with the outcomes that are told next. */
  extend(): void {
    for (const grant of this.#grants.values()) grant.extend();
    if (this.#grants.size > 0) this.#onOutcome();
  }

  /** On a connection anew: asks what is still held here. Before the answer, nothing that has a key begins. */
  resume(): void {
    this.#lines.holdAll();
    this.extend();
  }

  /** What the server is to be told since the last time. */
  settlements(): readonly Settlement[] {
    this.#lines.telling();
    return [...this.#grants.values()].flatMap((grant) => grant.settlements());
  }

  /** The server knows everything it was told: grants without more are done with. */
  told(): void {
    for (const [token, grant] of this.#grants) {
      if (grant.done) this.#forget(token);
    }
    if (this.#lines.told()) this.#fill();
  }

  /** The server took messages back: they have no outcome. */
  drop(token: number, ranges: readonly Range[], reason: QueueError): Dropped {
    const dropped = this.#grants.get(token)?.drop(ranges, reason) ?? NOTHING;
    // A grant of which nothing is left goes when everything is told.
    this.#onOutcome();
    return dropped;
  }

  /** A lease ended. Returns what the server had not been told of. */
  lose(token: number, reason: QueueError): readonly Range[] {
    const ranges = this.#grants.get(token)?.lose(reason) ?? [];
    this.#forget(token);
    return ranges;
  }

  /** Starts no more handlers. */
  stop(): void {
    this.#stopped = true;
  }

  /** Gives back what no handler has taken. */
  release(): void {
    for (const grant of this.#grants.values()) grant.release();
    if (!this.untold) return;
    this.#lines.holdAll();
    this.#onOutcome();
  }

  /** Resolves when no handler runs. */
  idle(): Promise<void> {
    return this.#handlers.idle();
  }

  /** For a calling handler: resolves when no handler runs except those that await this too. */
  othersIdle(): Promise<void> {
    return this.#handlers.othersIdle();
  }

  /** Stops for good, with all timers of handlers. */
  end(): void {
    this.stop();
    this.#handlers.stop();
  }

  #fill(): void {
    while (!this.#stopped && this.#handlers.room && !this.#turn.over) {
      // What waited in line came earlier than what nobody has looked at.
      const inLine = this.#lines.next();
      if (inLine !== undefined) this.#handlers.run(inLine.grant, inLine.message, inLine.line);
      else if (!this.#takeNext()) return;
    }
  }

  #forget(token: number): void {
    this.#grants.delete(token);
    this.#leases.forget(token);
  }

  #takeNext(): boolean {
    const [grant] = this.#ready;
    if (grant === undefined) return false;
    const message = grant.take();
    if (message === undefined) {
      this.#ready.shift();
      return true;
    }
    const { key } = message.headers;
    const line = key === undefined ? undefined : keyHash(key);
    if (line === undefined || this.#lines.enter({ line, grant, message })) {
      this.#handlers.run(grant, message, line);
    }
    return true;
  }
}
