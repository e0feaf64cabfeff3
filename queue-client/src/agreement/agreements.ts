import type { QueueDefinition, QueueError } from '@typed-queue/contracts';
import type { ServedContract } from '@typed-queue/contracts/wire';
import { QueueAgreement, type QueueAgreementDeps } from './queue-agreement.js';

interface AgreementsDeps extends Omit<QueueAgreementDeps, 'definition'> {
  /** Whether the use of a queue is refused when the contracts do not fit. */
  readonly isRequired: boolean;
}

/** One use of a queue: a subscription, a tail, or publishing. */
export interface QueueUse {
  /**
   * Runs `begin` on the present connection: at once, or where an agreement is required, when there is one. Readers learn
   * the server's fingerprint from the answer to their request; writers ask for it.
   */
  readonly begin: (begin: () => void, refuse: (error: QueueError) => void) => void;
  /** The server said which definition it has. */
  readonly served: (contract: ServedContract) => void;
}

/** Compares the queues that a client uses with the server's contract. */
export class Agreements {
  readonly #deps: AgreementsDeps;
  readonly #queues = new Map<string, QueueAgreement>();

  constructor(deps: AgreementsDeps) {
    this.#deps = deps;
  }

  /** `events`: default all of this client's contract. */
  use(
    verb: 'read' | 'write',
    definition: QueueDefinition,
    events: readonly string[] = Object.keys(definition.events),
  ): QueueUse {
    const { isRequired } = this.#deps;
    const agreement = this.#agreementOf(definition);
    return {
      begin: (begin, refuse) => {
        if (!isRequired) {
          begin();
          if (verb === 'write') agreement.ask();
          return;
        }
        agreement.ask();
        agreement.whenCompared((compared) => {
          const error =
            compared.kind === 'failed' ? compared.error : compared.comparison?.refusalOf(verb, events);
          if (error === undefined) begin();
          else refuse(error);
        });
      },
      served: (contract) => agreement.served(contract),
    };
  }

  /** What waits for a comparison begins again on the next connection. */
  offline(): void {
    for (const agreement of this.#queues.values()) agreement.offline();
  }

  #agreementOf(definition: QueueDefinition): QueueAgreement {
    const present = this.#queues.get(definition.name);
    if (present !== undefined) return present;
    const agreement = new QueueAgreement({ ...this.#deps, definition });
    this.#queues.set(definition.name, agreement);
    return agreement;
  }
}
