import { QueueError, type Receipt, type ScheduledReceipt } from '@typed-queue/contracts';

type Outcome =
  | { readonly kind: 'pending' }
  | { readonly kind: 'stored'; readonly receipt: Receipt }
  /** Until it is due. */
  | { readonly kind: 'waits'; readonly receipt: ScheduledReceipt }
  | { readonly kind: 'failed'; readonly error: unknown };

/** A message that somebody published; another object when its outcome is known. */
export interface Sent {
  readonly id: number;
  readonly event: string;
  readonly outcome: Outcome;
}

const isPending = ({ outcome }: Sent): boolean => outcome.kind === 'pending';

type Publish = (signal: AbortSignal) => Promise<Receipt | ScheduledReceipt>;

const outcomeOf = async (publish: Publish, signal: AbortSignal): Promise<Outcome> => {
  try {
    const receipt = await publish(signal);
    return 'dueAt' in receipt ? { kind: 'waits', receipt } : { kind: 'stored', receipt };
  } catch (error) {
    return { kind: 'failed', error };
  }
};

const isCancelled = (outcome: Outcome): boolean =>
  outcome.kind === 'failed' && outcome.error instanceof QueueError && outcome.error.code === 'aborted';

/** The messages that were published by the form of a queue, each with its own outcome. */
export class Outbox {
  readonly #listeners = new Set<() => void>();
  readonly #controllers = new Map<number, AbortController>();
  #sent: readonly Sent[] = [];
  #ids = 0;

  /** For `useSyncExternalStore`. */
  readonly view = (): readonly Sent[] => this.#sent;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Resolves when the outcome is known, and never rejects. A message that was cancelled before it was sent is forgotten. */
  async publish(event: string, publish: Publish): Promise<void> {
    const id = ++this.#ids;
    const controller = new AbortController();
    this.#controllers.set(id, controller);
    this.#change([...this.#sent, { id, event, outcome: { kind: 'pending' } }]);
    const outcome = await outcomeOf(publish, controller.signal);
    this.#controllers.delete(id);
    const others = this.#sent.filter((sent) => !(sent.id === id && isCancelled(outcome)));
    this.#change(others.map((sent) => (sent.id === id ? { ...sent, outcome } : sent)));
  }

  readonly cancel = (id: number): void => this.#controllers.get(id)?.abort();

  readonly cancelAll = (): void => {
    for (const controller of this.#controllers.values()) controller.abort();
  };

  /** Forgets what is stored, also what waits until it is due. */
  readonly forgetStored = (): void =>
    this.#keep(({ outcome: { kind } }) => kind !== 'stored' && kind !== 'waits');

  /** Forgets whose outcome is known. */
  readonly forgetKnown = (): void => this.#keep(isPending);

  #keep(isKept: (sent: Sent) => boolean): void {
    if (!this.#sent.every(isKept)) this.#change(this.#sent.filter(isKept));
  }

  #change(sent: readonly Sent[]): void {
    this.#sent = sent;
    for (const listener of this.#listeners) listener();
  }
}

export const pendingOf = (sent: readonly Sent[]): readonly Sent[] => sent.filter(isPending);
