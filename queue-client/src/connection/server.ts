import type {
  FrameReceipt,
  Result,
  Settlement,
  Subscribed,
  SubscribeRequest,
  Tailing,
  TailRequest,
} from '@typed-queue/contracts/wire';
import type { ClientSocket } from './socket.js';

export type Answer<T> = (result: Result<T>) => void;

/** Sends one request, with what takes its answer. */
export type Send<T> = (socket: Pick<ClientSocket, 'emit'>, answer: Answer<T>) => void;

/**
 * What a client asks of its server. To be called while connected; a request whose connection ends before the
 * answer came is never answered.
 */
export interface Server {
  publish(queue: string, frame: Uint8Array, answer: Answer<FrameReceipt>): void;
  subscribe(request: SubscribeRequest<string>, answer: Answer<Subscribed>): void;
  pause(subscription: string, answer: Answer<null>): void;
  settle(subscription: string, settlements: readonly Settlement[], answer: Answer<null>): void;
  tail(request: TailRequest<string>, answer: Answer<Tailing>): void;
  /** Everything below `next` was read. */
  position(subscription: string, next: number): void;
  /** Leaves a group or ends a tail. */
  unsubscribe(subscription: string, answer: Answer<null>): void;
  /** Any other request. */
  ask<T>(send: Send<T>, answer: Answer<T>): void;
}
