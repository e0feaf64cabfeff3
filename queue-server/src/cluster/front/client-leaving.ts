import { QueueError } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import { FINISH } from '../../transport/behind-fronts.js';
import type { Finishing } from '../../transport/session.js';
import type { UnitLinks } from './unit-links.js';

/** How long a client whose queue moved may wait for the answers of other queues. */
const ANSWERS_MS = 1_000;
/** What begins something on a connection that is about to end. */
const BEGINNING: readonly string[] = ['subscribe', 'serve', 'call', 'calls'];

export interface LeavingDeps {
  readonly links: Pick<UnitLinks, 'all'>;
  readonly after: After;
  /** Tells the client that its server is shutting down. */
  readonly onDraining: () => void;
  /** Closes its connection. */
  readonly onLeft: () => void;
}

/** The end of a client's connection by the server: it finishes what it has begun, and begins nothing new. */
export class ClientLeaving {
  readonly #deps: LeavingDeps;
  #isLeaving = false;
  #isAnnounced = false;
  /** How many units were asked to let it finish, and the links of those that hand it out nothing more. */
  #asked = 0;
  readonly #drained = new Set<number>();

  constructor(deps: LeavingDeps) {
    this.#deps = deps;
  }

  /** This server is shutting down. Resolves when the client has done what it had begun, or the time is over. */
  async leave(withinMs: number): Promise<void> {
    this.#isLeaving = true;
    this.#asked = this.#deps.links.all().length;
    await this.#finish({ members: true, withinMs });
    this.draining();
  }

  /**
   * A unit hands out nothing more, so that the client gives back what it has not begun: at once when its queue moves; when
   * this server ends, behind the last grant of all.
   */
  unitDrains(link: number): void {
    if (!this.#isLeaving) {
      this.#deps.onDraining();
      return;
    }
    this.#drained.add(link);
    if (this.#drained.size >= this.#asked) this.draining();
  }

  /** This server is shutting down: the client hears of it once. */
  draining(): void {
    if (this.#isAnnounced) return;
    this.#isAnnounced = true;
    this.#deps.onDraining();
  }

  /** A queue has moved: the client connects again at once, sends again what has no answer, and resumes its leases. */
  async lost(): Promise<void> {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    await this.#finish({ members: false, withinMs: ANSWERS_MS });
    this.#deps.onLeft();
  }

  /** @throws QueueError `draining` */
  check(verb: string): void {
    if (this.#isLeaving && BEGINNING.includes(verb))
      throw new QueueError('draining', 'The connection is about to end. Send it again on the next one.');
  }

  /** A unit that does not answer is not waited for. */
  async #finish(finishing: Finishing): Promise<void> {
    const { links, after } = this.#deps;
    const answers = links.all().map((link) => link.ask(FINISH, finishing).catch(() => undefined));
    let cancel: () => void = () => undefined;
    const isOver = new Promise<void>((resolve) => (cancel = after(finishing.withinMs + ANSWERS_MS, resolve)));
    await Promise.race([Promise.all(answers), isOver]);
    cancel();
  }
}
