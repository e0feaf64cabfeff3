import type { Reply } from '@typed-queue/contracts/wire';
import type { Requests } from '../connection/requests.js';
import type { Runtime } from '../runtime.js';
import { deferred } from '../deferred.js';
import { packetsOf } from './packets.js';

interface RepliesDeps {
  readonly server: Requests;
  readonly runtime: Pick<Runtime, 'defer' | 'soon'>;
}

/** The most replies in a packet, so that the server handles the first while responders run. By measurement: bench/README.md. */
const MAX_REPLIES = 16;
/** What a failure or an error adds to a packet at most, in characters. */
const MAX_OTHER = 4_096;

/**
 * The replies of a client to the invocations of its connection. Those of one turn are sent together,
 * and at once when there is nothing to wait for.
 */
export class Replies {
  readonly #deps: RepliesDeps;
  #replies: Reply[] = [];
  /** Whether the server may not have all that was sent. */
  #isUncertain = false;
  #disconnected = deferred();

  constructor(deps: RepliesDeps) {
    this.#deps = deps;
  }

  /** `isLast`: nothing follows, and no other responder runs. */
  add(reply: Reply, isLast: boolean): void {
    const count = this.#replies.push(reply);
    const { defer, soon } = this.#deps.runtime;
    if (count === MAX_REPLIES) this.flush();
    else if (isLast) soon(() => this.flush());
    else if (count === 1) defer(() => this.flush());
  }

  /** Nobody waits for the replies to an earlier connection. */
  offline(): void {
    this.#replies.length = 0;
    this.#isUncertain = false;
    this.#disconnected.resolve();
    this.#disconnected = deferred();
  }

  /** Resolves when the server has all replies, or the connection ended: a process that exits before loses them. */
  async delivered(): Promise<void> {
    this.flush();
    if (!this.#isUncertain) return;
    this.#isUncertain = false;
    const answered = deferred();
    // It is answered after those before it.
    this.#deps.server.send('replies', [], answered.resolve);
    await Promise.race([answered.promise, this.#disconnected.promise]);
  }

  flush(): void {
    const replies = this.#replies;
    this.#replies = [];
    this.#isUncertain ||= replies.length > 0;
    for (const packet of packetsOf(replies, sizeOf)) this.#deps.server.send('replies', packet);
  }
}

const sizeOf = (reply: Reply): number => ('output' in reply ? reply.output.length : MAX_OTHER);
