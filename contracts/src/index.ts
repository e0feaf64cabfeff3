export { defineContract } from './contract.js';
export { errorTable, QueueError } from './errors.js';
export { encodeFrame } from './frame/encode.js';
export { Frame, frameAt } from './frame/frame.js';
export { headerAt } from './frame/header.js';
export { keyHash } from './frame/key-hash.js';
export { FRAME_VERSION, KIND } from './frame/layout.js';
export { readMessages } from './frame/messages.js';
export { openFrame } from './frame/open.js';
export { pickFrame } from './frame/pick.js';
export { isUuid, NIL_UUID } from './frame/uuid.js';
export { idFactory, newId } from './id.js';
export {
  MAX_FRAME_BYTES,
  MAX_FRAME_MESSAGES,
  MAX_FRAMES_IN_FLIGHT,
  MAX_HEADERS_BYTES,
  MAX_PAYLOAD_BYTES,
  MAX_PAYLOAD_DEPTH,
} from './limits.js';
export { DAY, defineQueue, HOUR, MINUTE, SECOND } from './queue.js';
export { database } from './queues/database.js';
export { files } from './queues/files.js';
export { failed, ok } from './result.js';
export { contract } from './system.js';
export { findIssues } from './validate.js';
export { PROTOCOL_VERSION } from './wire.js';

export type { Contract, EventMessage, EventName, Message, Payload, QueueName } from './contract.js';
export type { ErrorBody, ErrorCode } from './errors.js';
export type { Draft, FrameOrigin } from './frame/encode.js';
export type { FrameAt } from './frame/frame.js';
export type { FrameHeader, HeaderAt, Stamp } from './frame/header.js';
export type { FrameKind } from './frame/layout.js';
export type { AnyMessage } from './frame/messages.js';
export type { IdSources } from './id.js';
export type { Headers, MessageOf } from './message.js';
export type { Outcome, Settlement } from './outcome.js';
export type { Gap, Position, Range, Start } from './position.js';
export type { PayloadSchema, QueueDefinition, Retention } from './queue.js';
export type { Durability, FrameReceipt, Receipt } from './receipt.js';
export type { Result } from './result.js';
export type {
  DatabaseClientToServerEvents,
  DatabaseMessage,
  DatabaseServerToClientEvents,
  FilesClientToServerEvents,
  FilesMessage,
  FilesServerToClientEvents,
  SystemContract,
} from './system.js';
export type { Issue } from './validate.js';
export type {
  ClientToServerEvents,
  Grant,
  GrantHeader,
  Handshake,
  LostLease,
  Publication,
  ServerToClientEvents,
  Subscribed,
  SubscribeRequest,
} from './wire.js';
