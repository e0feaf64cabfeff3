import { QueueError } from '@typed-queue/contracts';
import type { ServedContract } from '@typed-queue/contracts/wire';
import { differenceText, type EventDifference } from './event-difference.js';
import type { Compared, QueueAgreement } from './queue-agreement.js';

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
    const { agreement, verb, isRequired } = this.#deps;
    if (!isRequired) {
      begin();
      if (verb === 'write') agreement.ask();
      return;
    }
    agreement.ask();
    agreement.whenCompared((compared) => {
      const error = this.#refusalOf(compared);
      if (error === undefined) begin();
      else refuse(error);
    });
  }

  /** The server said which definition it has. */
  served(contract: ServedContract): void {
    this.#deps.agreement.served(contract);
  }

  #refusalOf(compared: Compared): QueueError | undefined {
    if (compared.kind === 'failed') return compared.error;
    const { agreement, verb, events } = this.#deps;
    const unfit = compared.differences.filter(
      (difference) => events.includes(difference.event) && !FITS[verb](difference),
    );
    if (unfit.length === 0) return undefined;
    const { queue } = agreement;
    const what = unfit.map(differenceText).join('; ');
    const text =
      `The contract of this client does not fit the server's, to ${verb} "${queue}": ${what}. ` +
      'Build both with contracts that fit, or connect without "requireContract".';
    return new QueueError('contract_mismatch', text, { details: { queue, events: unfit } });
  }
}

const FITS: Readonly<Record<'read' | 'write', (difference: EventDifference) => boolean>> = {
  read: ({ verdict }) => verdict === 'readable' || verdict === 'both',
  write: ({ verdict }) => verdict === 'writable' || verdict === 'both',
};
