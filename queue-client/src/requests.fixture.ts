import { QueueError, type ErrorCode } from '@typed-queue/contracts';
import type {
  FrameReceipt,
  Result,
  Settlement,
  Subscribed,
  SubscribeRequest,
  Tailing,
  TailRequest,
} from '@typed-queue/contracts/wire';
import type { Answer, RequestArgs, RequestName, Requests } from './connection/requests.js';

export const refused = (code: ErrorCode, details: Readonly<Record<string, unknown>> = {}) =>
  ({ ok: false, error: new QueueError(code, `refused: ${code}`, { details }).toJSON() }) as const;

export const stored = (firstSeq: number, rest: Partial<FrameReceipt> = {}): Result<FrameReceipt> => ({
  ok: true,
  value: { epoch: 'e1', firstSeq, durability: 'disk', refused: [], duplicates: [], ...rest },
});

type Handlers = { readonly [E in RequestName]?: (...args: RequestArgs<E>) => void };

/** A server that handles some requests and ignores all others. */
export const serverOf = (handlers: Handlers): Requests => ({
  send: (event, ...args) => handlers[event]?.(...args),
});

/** A server that records its requests; tests answer them. */
export class RequestLog implements Requests {
  readonly frames: { queue: string; frame: Uint8Array; answer: Answer<FrameReceipt> }[] = [];
  /** Frames that are batches; they are among `frames` as well. */
  readonly batches: Uint8Array[] = [];
  /** Of the frames that expect one; they are among `frames` as well. */
  readonly expectedSeqs: number[] = [];
  readonly joins: { request: SubscribeRequest<string>; answer: Answer<Subscribed> }[] = [];
  readonly pauses: string[] = [];
  readonly leaves: { subscription: string; answer: Answer<null> }[] = [];
  readonly settles: { settlements: readonly Settlement[]; answer: Answer<null> }[] = [];
  readonly tails: { request: TailRequest<string>; answer: Answer<Tailing> }[] = [];
  /** The positions that were reported. */
  readonly positions: number[] = [];
  /** All other requests: names and arguments. */
  readonly asks: { request: readonly unknown[]; answer: Answer<unknown> }[] = [];
  readonly #handlers: Handlers = {
    'publish:frame': (queue, frame, answer) => this.frames.push({ queue, frame, answer }),
    'publish:batch:frame': (queue, frame, answer) => {
      this.batches.push(frame);
      this.frames.push({ queue, frame, answer });
    },
    'publish:expected:frame': (queue, frame, expectedSeq, answer) => {
      this.expectedSeqs.push(expectedSeq);
      this.frames.push({ queue, frame, answer });
    },
    subscribe: (request, answer) => this.joins.push({ request, answer }),
    pause: (subscription) => this.pauses.push(subscription),
    unsubscribe: (subscription, answer) => this.leaves.push({ subscription, answer }),
    settle: (_, settlements, answer) => this.settles.push({ settlements, answer }),
    tail: (request, answer) => this.tails.push({ request, answer }),
    position: (_, next) => this.positions.push(next),
  };

  send<E extends RequestName>(event: E, ...args: RequestArgs<E>): void {
    const handle = this.#handlers[event];
    if (handle !== undefined) {
      handle(...args);
      return;
    }
    // Safe: the last argument of every other request takes its answer, and a test answers with what it expects.
    this.asks.push({ request: [event, ...args.slice(0, -1)], answer: args.at(-1) as Answer<unknown> });
  }
}
