import type { CallEnd } from '@typed-queue/contracts/wire';
import { readMessage } from '../../delivery/message-report.js';
import type { QueueHandle } from '../../engine/engine.js';
import { AnswerIndex } from './answer-index.js';
import { GatheredAppends } from '../../own-logs/gathered-appends.js';
import { logFrames } from '../../own-logs/log-frames.js';

interface AnswerStoreDeps {
  /** Its log. */
  readonly name: string;
  readonly log: Pick<QueueHandle, 'head' | 'read' | 'append'>;
  readonly maxAgeMs: number;
  /** Milliseconds since 1970. */
  readonly wallNow: () => number;
}

/** How durable calls ended: the first answer that is stored for a call is the one that it has. */
export class AnswerStore {
  readonly #deps: AnswerStoreDeps;
  readonly #index: AnswerIndex;
  readonly #appends: GatheredAppends;

  private constructor(deps: AnswerStoreDeps) {
    this.#deps = deps;
    this.#index = new AnswerIndex(deps.maxAgeMs);
    this.#appends = new GatheredAppends(deps.log);
  }

  /** Reads which answers the log has. */
  static async open(deps: AnswerStoreDeps): Promise<AnswerStore> {
    const store = new AnswerStore(deps);
    await store.#readLog();
    return store;
  }

  has(key: string): boolean {
    return this.#seqOf(key) !== undefined;
  }

  /** Undefined: the call has no answer, or no longer. */
  async find(key: string): Promise<CallEnd | undefined> {
    const seq = this.#seqOf(key);
    if (seq === undefined) return undefined;
    const { log, name } = this.#deps;
    const message = await readMessage(log, name, seq);
    // Safe: nothing else is stored in this log.
    return message?.id === key ? (message.payload as CallEnd) : undefined;
  }

  /** Stores the answer of a call that has none; resolves when it is durable. */
  async add(key: string, call: string, answer: CallEnd): Promise<void> {
    const seq = await this.#appends.append({ id: key, event: call, payload: JSON.stringify(answer) });
    this.#index.set(key, seq, this.#deps.wallNow());
  }

  #seqOf(key: string): number | undefined {
    const seq = this.#index.find(key);
    return seq === undefined || seq < this.#deps.log.head().firstSeq ? undefined : seq;
  }

  async #readLog(): Promise<void> {
    const { log } = this.#deps;
    for await (const frame of logFrames(log, log.head().firstSeq)) {
      for (let index = 0; index < frame.count; index++) {
        this.#index.set(frame.id(index), frame.firstSeq + index, frame.header.time);
      }
    }
  }
}
