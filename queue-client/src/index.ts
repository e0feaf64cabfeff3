export { connect } from './connect.js';
export { RetryAfter } from './retry-after.js';

export type { CloseOptions, ConnectOptions, PublishOptions, QueueClient, Subscription } from './client.js';
export type { ConnectionState } from './connection.js';
export type { ClientEvents } from './events.js';
export type { Handled, Handler, HandlerContext, HandlerFunction, HandlerMap } from './handler.js';
export type { SubscribeOptions, Window } from './subscribe-options.js';
