import type { QueueError } from '@typed-queue/contracts';

/**
 * up      requests are sent. The connection is lost -> down.
 * down    requests are refused. Connected again -> up.
 * ended   for good: closed, or the store is lost to this owner.
 */
type State =
  | { readonly kind: 'up' }
  | { readonly kind: 'down'; readonly error: QueueError }
  | { readonly kind: 'ended'; readonly error: QueueError };

export interface AvailabilityListener {
  readonly down: (error: QueueError) => void;
  readonly up: () => void;
}

/** Whether a store can be used at the moment. */
export class Availability {
  readonly #listeners = new Set<AvailabilityListener>();
  #state: State = { kind: 'up' };
  #waiting: (() => void)[] = [];

  get kind(): State['kind'] {
    return this.#state.kind;
  }

  /** Why nothing can be sent at the moment. */
  fault(): QueueError | undefined {
    return this.#state.kind === 'up' ? undefined : this.#state.error;
  }

  listen(listener: AvailabilityListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves to true when requests can be sent, to false when they never can. */
  async whenUp(): Promise<boolean> {
    while (this.#state.kind === 'down') await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#state.kind === 'up';
  }

  /** Nothing where it is not up. */
  down(error: QueueError): void {
    if (this.#state.kind === 'up') this.#refuse({ kind: 'down', error });
  }

  /** Nothing where it is not down. */
  up(): void {
    if (this.#state.kind !== 'down') return;
    this.#state = { kind: 'up' };
    for (const { up } of this.#listeners) up();
    this.#wake();
  }

  /** For good. Returns whether it had not ended before. */
  end(error: QueueError): boolean {
    if (this.#state.kind === 'ended') return false;
    this.#refuse({ kind: 'ended', error });
    this.#wake();
    return true;
  }

  #refuse(state: State & { readonly error: QueueError }): void {
    this.#state = state;
    for (const { down } of this.#listeners) down(state.error);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
