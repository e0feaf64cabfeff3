import type { QueueDefinition } from '@typed-queue/contracts';
import { QueueAgreement, type QueueAgreementDeps } from './queue-agreement.js';
import { QueueUse } from './queue-use.js';

interface AgreementsDeps extends Omit<QueueAgreementDeps, 'definition'> {
  /** Whether the use of a queue is refused when the contracts do not fit. */
  readonly isRequired: boolean;
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
    return new QueueUse({ agreement: this.#agreementOf(definition), verb, events, isRequired });
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
