import { QueueError, type ErrorBody } from '@typed-queue/contracts';

/** The client waits as it is told, and nobody can do more about it. */
const SILENT: readonly string[] = ['rate_limited'];

/** Tells why a request that is asked again and again is refused: once for each code, so that people see why nothing comes. */
export class HeldRefusals {
  readonly #tell: (error: QueueError) => void;
  readonly #told = new Set<string>();

  constructor(tell: (error: QueueError) => void) {
    this.#tell = tell;
  }

  refused(body: ErrorBody): void {
    if (SILENT.includes(body.code) || this.#told.has(body.code)) return;
    this.#told.add(body.code);
    this.#tell(QueueError.fromBody(body));
  }

  /** It was granted: whatever comes after that is told anew. */
  granted(): void {
    this.#told.clear();
  }
}
