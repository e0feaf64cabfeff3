import { fingerprintOf, QueueError, type QueueDefinition } from '@typed-queue/contracts';
import type { QueueContract, Result, ServedContract } from '@typed-queue/contracts/wire';
import { BackOff } from '../back-off.js';
import type { Requests } from '../connection/requests.js';
import type { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import type { Runtime } from '../runtime.js';
import type { Comparison, ServedEvents } from './served-comparison.js';

export interface QueueAgreementDeps {
  /** The queue, as the contract of this client has it. */
  readonly definition: QueueDefinition;
  readonly server: Requests;
  readonly runtime: Pick<Runtime, 'after' | 'random'>;
  readonly emitter: Emitter<ClientEvents>;
}

/** The result of a comparison with the server of the present connection. */
export type Compared =
  | { readonly kind: 'compared'; readonly comparison?: Comparison }
  /** The server refused permanently, or is too old to be asked. */
  | { readonly kind: 'failed'; readonly error: QueueError };

type State = { readonly kind: 'unasked' } | { readonly kind: 'asked' } | Compared;

/** Compares one queue of this client's contract with the server's, once on each connection. */
export class QueueAgreement {
  readonly #deps: QueueAgreementDeps;
  readonly #backOff: BackOff;
  readonly #fingerprint: string | null;
  #state: State = { kind: 'unasked' };
  #waiting: ((compared: Compared) => void)[] = [];
  /** Counts connections: a comparison that ends later belongs to an earlier one. */
  #connection = 0;
  /** The latest contract of a server that differed, and how. */
  #known: { readonly hash: string; readonly comparison: Comparison } | undefined;

  constructor(deps: QueueAgreementDeps) {
    this.#deps = deps;
    this.#backOff = new BackOff(deps.runtime);
    this.#fingerprint = fingerprintOf(deps.definition);
  }

  /** The server said which definition it has. */
  served({ fingerprint }: ServedContract): void {
    if (this.#state.kind !== 'unasked') return;
    if (fingerprint === null || fingerprint !== this.#fingerprint) {
      this.ask();
      return;
    }
    this.#known = undefined;
    this.#end({ kind: 'compared' });
  }

  ask(): void {
    if (this.#state.kind !== 'unasked') return;
    this.#state = { kind: 'asked' };
    this.#request();
  }

  /** Called once, on the present connection. */
  whenCompared(listener: (compared: Compared) => void): void {
    const state = this.#state;
    if (state.kind === 'compared' || state.kind === 'failed') listener(state);
    else this.#waiting.push(listener);
  }

  /** The next server may have another contract. */
  offline(): void {
    this.#connection++;
    this.#backOff.cancel();
    this.#state = { kind: 'unasked' };
    this.#waiting = [];
  }

  #request(): void {
    const { definition, server } = this.#deps;
    const known = this.#known?.hash ?? this.#fingerprint;
    // An operator sees on the server which clients differ.
    const report = this.#known?.comparison.report;
    server.send('contract', definition.name, known, { report }, (result) => this.#answered(result));
  }

  #answered(result: Result<QueueContract>): void {
    if (this.#state.kind !== 'asked') return;
    if (result.ok) {
      void this.#compare(result.value);
    } else if (result.error.retryable) {
      this.#backOff.retry(() => this.#request(), result.error);
    } else {
      this.#end({ kind: 'failed', error: QueueError.fromBody(result.error) });
    }
  }

  async #compare({ hash, partial, events }: QueueContract): Promise<void> {
    if (events === undefined) {
      this.#end({ kind: 'compared', ...this.#known });
      return;
    }
    const { definition, emitter } = this.#deps;
    const connection = this.#connection;
    const compared = await compare(definition, { hash, partial, events });
    if (connection !== this.#connection) return;
    this.#end(compared);
    if (compared.kind === 'failed') return;
    const { comparison } = compared;
    this.#known = { hash, comparison };
    if (comparison.events.length === 0) return;
    this.#request();
    emitter.emit('contract:differs', comparison);
  }

  #end(compared: Compared): void {
    this.#state = compared;
    for (const listener of this.#waiting.splice(0)) listener(compared);
  }
}

const compare = async (definition: QueueDefinition, served: ServedEvents) => {
  try {
    const { Comparison } = await import('./served-comparison.js');
    return { kind: 'compared', comparison: await Comparison.of(definition, served) } as const;
  } catch (cause) {
    return { kind: 'failed', error: new QueueError('internal', String(cause), { cause }) } as const;
  }
};
