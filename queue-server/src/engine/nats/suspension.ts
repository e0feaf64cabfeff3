import type { QueueError } from '@typed-queue/contracts';
import type { GroupCommit } from '../journal/writing/group-commit.js';
import { journalErrors } from './journal-errors.js';
import type { Answering } from './record-appender.js';
import type { StreamStore } from './stream-store.js';

/** Suspends a journal while its store is down, and while an append of it has no answer. */
export class Suspension implements Answering {
  readonly #store: StreamStore;
  readonly #name: string;
  #commit: Pick<GroupCommit, 'suspend' | 'resume'> | undefined;
  #unlisten: (() => void) | undefined;
  #unanswered: QueueError | undefined;

  constructor(store: StreamStore, name: string) {
    this.#store = store;
    this.#name = name;
  }

  /** Begins with a journal. */
  begin(commit: Pick<GroupCommit, 'suspend' | 'resume'>): void {
    this.#commit = commit;
    this.#unlisten = this.#store.listen({ down: () => this.#update(), up: () => this.#update() });
    this.#update();
  }

  end(): void {
    this.#unlisten?.();
    this.#commit = undefined;
  }

  unanswered(error: unknown): void {
    this.#unanswered ??= journalErrors(this.#name).unavailable(error);
    this.#update();
  }

  answered(): void {
    if (this.#unanswered === undefined) return;
    this.#unanswered = undefined;
    this.#update();
  }

  #update(): void {
    const error = this.#store.fault() ?? this.#unanswered;
    if (error === undefined) this.#commit?.resume();
    else this.#commit?.suspend(error);
  }
}
