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
import type { Answer, Send, Server } from './connection/server.js';

export const refused = (code: ErrorCode, details: Readonly<Record<string, unknown>> = {}) =>
  ({ ok: false, error: new QueueError(code, `refused: ${code}`, { details }).toJSON() }) as const;

export const stored = (firstSeq: number, rest: Partial<FrameReceipt> = {}): Result<FrameReceipt> => ({
  ok: true,
  value: { epoch: 'e1', firstSeq, durability: 'disk', refused: [], duplicates: [], ...rest },
});

/** A server that writes down what it is asked; tests answer when they like. */
export class RequestLog implements Server {
  readonly frames: { queue: string; frame: Uint8Array; answer: Answer<FrameReceipt> }[] = [];
  readonly joins: { request: SubscribeRequest<string>; answer: Answer<Subscribed> }[] = [];
  readonly pauses: string[] = [];
  readonly leaves: { subscription: string; answer: Answer<null> }[] = [];
  readonly settles: { settlements: readonly Settlement[]; answer: Answer<null> }[] = [];
  readonly tails: { request: TailRequest<string>; answer: Answer<Tailing> }[] = [];
  /** The positions that were reported. */
  readonly positions: number[] = [];
  /** Other requests: their names and arguments. */
  readonly asks: { request: readonly unknown[]; answer: Answer<unknown> }[] = [];

  publish(queue: string, frame: Uint8Array, answer: Answer<FrameReceipt>): void {
    this.frames.push({ queue, frame, answer });
  }
  subscribe(request: SubscribeRequest<string>, answer: Answer<Subscribed>): void {
    this.joins.push({ request, answer });
  }
  pause(subscription: string): void {
    this.pauses.push(subscription);
  }
  unsubscribe(subscription: string, answer: Answer<null>): void {
    this.leaves.push({ subscription, answer });
  }
  settle(_: string, settlements: readonly Settlement[], answer: Answer<null>): void {
    this.settles.push({ settlements, answer });
  }
  tail(request: TailRequest<string>, answer: Answer<Tailing>): void {
    this.tails.push({ request, answer });
  }
  position(_: string, next: number): void {
    this.positions.push(next);
  }
  ask<T>(send: Send<T>, answer: Answer<T>): void {
    send(
      {
        emit: (...request) => {
          // Safe: the last argument of every request takes its answer, and a test answers with what it asks for.
          this.asks.push({ request: request.slice(0, -1), answer: request.at(-1) as Answer<unknown> });
        },
      },
      answer,
    );
  }
}
