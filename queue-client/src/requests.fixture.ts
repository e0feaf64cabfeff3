import {
  QueueError,
  type ErrorCode,
  type FrameReceipt,
  type Result,
  type Settlement,
  type Subscribed,
  type SubscribeRequest,
} from '@typed-queue/contracts';
import type { Answer, Server } from './connection/server.js';

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
}
