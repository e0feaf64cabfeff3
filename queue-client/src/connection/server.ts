import type { FrameReceipt, Result, Settlement, Subscribed, SubscribeRequest } from '@typed-queue/contracts';

export type Answer<T> = (result: Result<T>) => void;

/**
 * What a client asks of its server. To be called while connected; a request whose connection ends before the
 * answer came is never answered.
 */
export interface Server {
  publish(queue: string, frame: Uint8Array, answer: Answer<FrameReceipt>): void;
  subscribe(request: SubscribeRequest<string>, answer: Answer<Subscribed>): void;
  pause(subscription: string, answer: Answer<null>): void;
  unsubscribe(subscription: string, answer: Answer<null>): void;
  settle(subscription: string, settlements: readonly Settlement[], answer: Answer<null>): void;
}
