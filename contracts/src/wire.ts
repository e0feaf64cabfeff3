/**
 * Everything that client and server say to each other over Socket.IO, grouped by direction.
 *
 * The shape of the events is fixed and the queue enters as a type parameter: a new queue changes no protocol.
 * `publish` and `grant` have a plain JSON form for any Socket.IO client, and a binary one (`…:frame`) that
 * carries many messages in one attachment. Rooms are keyed by queue name: `<queue>`, `<queue>/<group>`.
 */
import type { Contract, EventName, Message, Payload, QueueName } from './contract.js';
import type { Headers } from './message.js';
import type { Settlement } from './outcome.js';
import type { Gap, Range, Start } from './position.js';
import type { FrameReceipt, Receipt } from './receipt.js';
import type { Result } from './result.js';

/** Stands in the handshake, `auth.protocolVersion`. A server refuses another version with `protocol_unsupported`. */
export const PROTOCOL_VERSION = 1;

/** The handshake's `auth`. All of it may be left out by a plain client. */
export interface Handshake {
  readonly protocolVersion?: number;
  /** Stays the same over reconnects, so that leases survive them. A UUID. Default: the socket's id. */
  readonly client?: string;
  readonly token?: string;
}

/** A message as the plain JSON form publishes it. Without an id the server makes one, and a resend is no duplicate. */
export type Publication<C extends Contract, Q extends QueueName<C>> = {
  [E in EventName<C, Q>]: {
    readonly event: E;
    readonly payload: Payload<C, Q, E>;
    readonly id?: string;
    readonly headers?: Headers;
  };
}[EventName<C, Q>];

/** Asks to become a member of a group. */
export interface SubscribeRequest<Q extends string> {
  /** The client's name for this subscription; it stands in every grant and settle. */
  readonly subscription: string;
  readonly queue: Q;
  readonly group: string;
  /** Where a group that does not exist yet begins. Default `start`. */
  readonly start?: Start;
  /** `frame` asks for binary grants. Default `json`. */
  readonly form?: 'json' | 'frame';
  /** How much may be unsettled at this member. Defaults: 1,000 messages, 4 MiB. */
  readonly window?: { readonly messages?: number; readonly bytes?: number };
  /** After a reconnect: the leases that this member still works under. All others of it are released. */
  readonly tokens?: readonly number[];
}

export interface Subscribed {
  readonly epoch: string;
  /** Everything below this seq is settled. */
  readonly floor: number;
  readonly leaseMs: number;
  /** Which of the request's tokens still hold. */
  readonly tokens: readonly number[];
}

/** Messages handed to one member under one lease, in the plain JSON form. */
export interface Grant<C extends Contract, Q extends QueueName<C>> {
  readonly subscription: string;
  readonly token: number;
  readonly leaseMs: number;
  readonly messages: readonly (Message<C, Q> & { readonly attempt: number })[];
}

/** What stands beside the bytes of a binary grant: one or more frames, back to back. */
export interface GrantHeader {
  readonly subscription: string;
  readonly token: number;
  readonly leaseMs: number;
  /** Messages that were handed out and failed before, with their attempt; all others are at attempt 1. */
  readonly attempts: readonly (readonly [from: number, to: number, attempt: number])[];
}

/** Settled. With `lease_lost` the error's `details.lost` names the ranges; all others took effect. */
export interface LostLease {
  readonly token: number;
  readonly ranges: readonly Range[];
}

type Answer<T> = (result: Result<T>) => void;

export interface ClientToServerEvents<C extends Contract, Q extends QueueName<C> = QueueName<C>> {
  /** Publishes one message, or several; several are answered one by one, in their order. */
  publish: (
    queue: Q,
    message: Publication<C, Q> | readonly Publication<C, Q>[],
    answer: Answer<Receipt | readonly Result<Receipt>[]>,
  ) => void;
  /** Publishes a frame. The same frame sent again is answered with the same seqs. */
  'publish:frame': (queue: Q, frame: Uint8Array, answer: Answer<FrameReceipt>) => void;
  /** Joins a group, making it when it is new. */
  subscribe: (request: SubscribeRequest<Q>, answer: Answer<Subscribed>) => void;
  /** Hands out nothing more to this subscription; what it holds may still be settled. The first step of leaving. */
  pause: (subscription: string, answer: Answer<null>) => void;
  /** Leaves a group: what is unsettled is released, uncounted. */
  unsubscribe: (subscription: string, answer: Answer<null>) => void;
  /** Says what became of messages. Answered when final outcomes are on disk. */
  settle: (subscription: string, settlements: readonly Settlement[], answer: Answer<null>) => void;
}

export interface ServerToClientEvents<C extends Contract, Q extends QueueName<C> = QueueName<C>> {
  /** Messages for one member of a group. */
  grant: (grant: Grant<C, Q>) => void;
  /** The same as frames, to members that asked for them. */
  'grant:frame': (header: GrantHeader, frames: Uint8Array) => void;
  /** To all: the server is about to close, and waits for the outcomes of what handlers have begun. */
  draining: () => void;
  /** To all members of a group: these messages will never come. */
  gap: (gap: Gap & { readonly queue: Q; readonly group: string }) => void;
}
