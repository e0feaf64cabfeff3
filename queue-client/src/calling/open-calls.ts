import type { QueueError } from '@typed-queue/contracts';
import type { Answered } from '@typed-queue/contracts/wire';
import type { CallServer } from '../connection/requests.js';
import type { Runtime } from '../runtime.js';
import { callError, callText } from './call-error.js';
import type { MadeCall } from './made-call.js';
import { OpenCall, type Receiver } from './open-call.js';
import { packetsOf } from './packets.js';

interface OpenCallsDeps {
  readonly server: CallServer;
  readonly runtime: Pick<Runtime, 'defer' | 'soon' | 'after' | 'random' | 'now'>;
}

/**
 * The calls of a client that have no answer. Those of one turn are sent together; while the server has none, those that are made
 * at once.
 */
export class OpenCalls {
  readonly #deps: OpenCallsDeps;
  readonly #open = new Map<number, OpenCall>();
  /** To be sent, by queue. */
  readonly #waiting = new Map<string, Set<OpenCall>>();
  #cancelled: number[] = [];
  #lastId = 0;
  #online = false;
  #flushing = false;

  constructor(deps: OpenCallsDeps) {
    this.#deps = deps;
  }

  /** Sends a call when there is a connection. @throws QueueError `aborted` */
  open(made: MadeCall, receiver: Receiver): OpenCall {
    const { signal } = made;
    if (signal?.aborted) {
      const cause: unknown = signal.reason;
      throw callError(made, 'aborted', `The signal of the ${callText(made)} was aborted before.`, { cause });
    }
    const call = new OpenCall(made, receiver, {
      id: ++this.#lastId,
      runtime: this.#deps.runtime,
      onWaiting: (waiting) => this.#wait(waiting),
      onCancel: ({ id }) => {
        this.#cancelled.push(id);
        this.#scheduleFlush();
      },
      onEnd: (ended) => {
        this.#open.delete(ended.id);
        this.#waiting.get(ended.made.definition.name)?.delete(ended);
      },
    });
    this.#open.set(call.id, call);
    this.#wait(call);
    return call;
  }

  answered(answers: readonly Answered[]): void {
    for (const answer of answers) this.#open.get(answer.id)?.answered(answer);
  }

  online(): void {
    this.#online = true;
    this.#scheduleFlush();
  }

  offline(): void {
    this.#online = false;
    this.#cancelled = [];
    for (const call of [...this.#open.values()]) call.offline();
  }

  /** The server refused this client permanently, or it is closed. */
  fail(error: QueueError): void {
    for (const call of [...this.#open.values()]) call.abandon(error);
  }

  #wait(call: OpenCall): void {
    const queue = call.made.definition.name;
    const waiting = this.#waiting.get(queue) ?? new Set();
    this.#waiting.set(queue, waiting.add(call));
    this.#scheduleFlush();
  }

  #scheduleFlush(): void {
    if (this.#flushing || !this.#online) return;
    this.#flushing = true;
    const { defer, soon } = this.#deps.runtime;
    const schedule = this.#isAnyOutstanding() ? defer : soon;
    schedule(() => this.#flush());
  }

  /** Whether the server has calls: those of other callers are about to be answered, and may be followed by theirs. */
  #isAnyOutstanding(): boolean {
    let waiting = 0;
    for (const calls of this.#waiting.values()) waiting += calls.size;
    return this.#open.size > waiting;
  }

  #flush(): void {
    const { server } = this.#deps;
    this.#flushing = false;
    if (!this.#online) return;
    if (this.#cancelled.length > 0) server.send('call:cancel', this.#cancelled);
    this.#cancelled = [];
    const refusal = server.unsupported('calls');
    for (const [queue, waiting] of this.#waiting) {
      this.#waiting.delete(queue);
      if (refusal === undefined) this.#send(queue, waiting);
      else for (const call of waiting) call.fail(refusal);
    }
  }

  #send(queue: string, waiting: ReadonlySet<OpenCall>): void {
    for (const calls of packetsOf(waiting, ({ made }) => made.input?.length ?? 0)) {
      this.#deps.server.send(
        'calls',
        queue,
        calls.map((call) => call.send()),
      );
    }
  }
}
