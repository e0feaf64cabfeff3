import type { QueueError } from '@typed-queue/contracts';
import type { ServedContract } from '@typed-queue/contracts/wire';
import type { QueueAgreement } from './queue-agreement.js';

interface QueueUseDeps {
  readonly agreement: QueueAgreement;
  readonly verb: 'read' | 'write';
  /** The events that are read or written. */
  readonly events: readonly string[];
  /** Whether the use is refused when the contracts do not fit. */
  readonly isRequired: boolean;
}

/** One use of a queue: a subscription, a tail, or publishing. */
export class QueueUse {
  readonly #deps: QueueUseDeps;

  constructor(deps: QueueUseDeps) {
    this.#deps = deps;
  }

  /**
   * Runs `begin` on the present connection: at once, or where an agreement is required, when there is one. Readers learn
   * the server's fingerprint from the answer to their request; writers ask for it.
   */
  begin(begin: () => void, refuse: (error: QueueError) => void): void {
    const { agreement, verb, events, isRequired } = this.#deps;
    if (!isRequired) {
      begin();
      if (verb === 'write') agreement.ask();
      return;
    }
    agreement.ask();
    agreement.whenCompared((compared) => {
      const error =
        compared.kind === 'failed' ? compared.error : compared.differences?.refusalOf(verb, events);
      if (error === undefined) begin();
      else refuse(error);
    });
  }

  /** The server said which definition it has. */
  served(contract: ServedContract): void {
    this.#deps.agreement.served(contract);
  }
}
