export { defineContract } from './contract.js';
export { dedupeId, MAX_DEDUPE_KEY_BYTES } from './dedupe-id.js';
export { errorTable, QueueError, queueErrors } from './errors.js';
export { fingerprintOf } from './fingerprint.js';
export { encodeFrame } from './frame/encode.js';
export { Frame, frameAt } from './frame/frame.js';
export { headerAt } from './frame/header.js';
export { keyHash } from './frame/key-hash.js';
export { FRAME_VERSION, KIND } from './frame/layout.js';
export { messagesText, readMessages } from './frame/messages.js';
export { openFrame } from './frame/open.js';
export { pickFrame } from './frame/pick.js';
export { isUuid, NIL_UUID } from './frame/uuid.js';
export { idFactory, newId } from './id.js';
export {
  DEFAULT_MAX_ATTEMPTS,
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
export { CLIENT_NAME, OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from './wire/handshake.js';
export { requestVersions, subscribeVersions, tailVersions } from './wire/versions.js';

export type { Contract, EventMessage, EventName, Message, Payload, QueueName } from './contract.js';
export type { ErrorBody, ErrorCode } from './errors.js';
export type { Draft, FrameOrigin } from './frame/encode.js';
export type { FrameAt } from './frame/frame.js';
export type { FrameHeader, HeaderAt, Stamp } from './frame/header.js';
export type { FrameKind } from './frame/layout.js';
export type { IdSources } from './id.js';
export type { AnyMessage, Headers, MessageOf } from './message.js';
export type { Gap, Position, Range, Reset, Start } from './position.js';
export type { DeadLetterRetention, PayloadSchema, QueueDefinition, Retention } from './queue.js';
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
  DeadLetter,
  DeadLetterFilter,
  DeadLetterPage,
  DeadLetterQuery,
  DeadLetterRequest,
  DeadLetterStatus,
  Discarded,
  Failure,
  GroupQuery,
  GroupStatus,
  PassedOver,
  MemberStatus,
  Purged,
  QueueStatus,
  Redriven,
  RefusedLetter,
} from './wire/administration.js';
export type { ClientToServerEvents, ServerToClientEvents } from './wire/events.js';
export type {
  Grant,
  GrantHeader,
  GroupSettings,
  KnownGroup,
  LostLease,
  Revocation,
  Subscribed,
  SubscribeRequest,
  WindowRequest,
} from './wire/group.js';
export type { Authentication, Handshake, ServedContract } from './wire/handshake.js';
export type { Outcome, Settlement } from './wire/outcome.js';
export type { Publication } from './wire/publishing.js';
export type { Replay, ReplayHeader, Tailing, TailNotice, TailRequest } from './wire/tail.js';
export type { Versions } from './wire/versions.js';
