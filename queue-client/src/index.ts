export { connect } from './connect.js';
export { DeclaredFailure } from './failures/declared-failure.js';
export { DeadLetter, RetryAfter } from './consuming/failure.js';

export type {
  Admin,
  AdminOptions,
  DiscardOptions,
  LettersOf,
  PurgeOptions,
  RedriveEditedOptions,
  RedriveOptions,
  RedriveResult,
} from './administration/admin.js';
export type { ScheduledAdmin } from './administration/scheduled-admin.js';
export type { Schedule, SchedulesAdmin } from './administration/schedules-admin.js';
export type { BatchMessage, CloseOptions, ConnectOptions, QueueClient, Subscription } from './client.js';
export type {
  Answer,
  Called,
  CallError,
  CallErrorCode,
  CallOptions,
  CallPromise,
  DurableCallName,
  DurableCallOptions,
  WaitOptions,
} from './calling/call.js';
export type {
  DurableResponderContext,
  Responder,
  ResponderContext,
  Responders,
  Serving,
} from './calling/responder.js';
export type { ServeOptions } from './calling/serve-options.js';
export type { ConnectionState } from './connection/connection.js';
export type { Token } from './connection/token-source.js';
export type { ContractDifference, EventDifference } from './agreement/contract-difference.js';
export type { Fail, FailOptions } from './failures/declared-failure.js';
export type { ClientEvents } from './events.js';
export type { Handled, Handler, HandlerContext, HandlerFunction, HandlerMap } from './consuming/handler.js';
export type {
  BatchOptions,
  PublishOptions,
  PublishReceipt,
  ScheduleOptions,
} from './publishing/publish-options.js';
export type { SubscribeOptions } from './consuming/subscribe-options.js';
export type { Tail, TailItem, TailMessage, TailOptions } from './tailing/tail.js';
export type { CallMaker, MessagePublisher, Tracing } from './tracing.js';
export type { Window } from './window.js';
