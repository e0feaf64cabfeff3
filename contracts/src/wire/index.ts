/** What an implementation of the wire needs: frames, requests and answers, the handshake, limits of the protocol. */
export { checkInBatch } from '../batch.js';
export { callLogName, queueOfCallLog } from '../call-log.js';
export { declarationOf } from '../declared-failure.js';
export { dedupeId } from '../dedupe-id.js';
export { encodeFrame, FrameWriter } from '../frame/encode.js';
export { Frame, frameAt } from '../frame/frame.js';
export { headerAt } from '../frame/header.js';
export { keyHash } from '../frame/key-hash.js';
export { KIND } from '../frame/layout.js';
export { messagesText, readMessages } from '../frame/messages.js';
export { hasId, openFrame } from '../frame/open.js';
export { orderingKeyOf } from '../frame/ordering-key.js';
export { pickFrame } from '../frame/pick.js';
export { prioritised } from '../frame/prioritised.js';
export { isUuid, NIL_UUID, UUID_BYTES, uuidOfHash, writeUuid } from '../frame/uuid.js';
export { idFactory } from '../id.js';
export {
  DEFAULT_MAX_ATTEMPTS,
  DEFAULT_STREAM_WINDOW,
  DEFAULT_WINDOW_MESSAGES,
  KEPT_REASON,
  MAX_CALL_ID,
  MAX_CALLS,
  MAX_CONCURRENCY,
  MAX_COUNTED_GROUPS,
  MAX_FAILURE_DATA,
  MAX_FRAME_BYTES,
  MAX_FRAME_MESSAGES,
  MAX_FRAMES_IN_FLIGHT,
  MAX_REASON,
  MAX_RETRY_DELAY_MS,
  MAX_RETRY_DELAYS,
  MAX_SCHEDULE_MS,
  MAX_TIME_MS,
  MAX_SCHEDULES,
  MAX_SCHEDULES_BYTES,
  MAX_STREAM_WINDOW,
  MAX_TIMER_MS,
  SENT_REASON,
} from '../limits.js';
export {
  clipRanges,
  countSeqs,
  rangesInclude,
  intersectRanges,
  mergeRanges,
  rangesOf,
  subtractRanges,
} from '../ranges.js';
export { checkPriority, storedPriority } from '../priority.js';
export { FAILURE_CODE, letterCodes, UNDECLARED } from '../failures.js';
export { failed, ok } from '../result.js';
export { SCHEDULE_LOG_NAME } from '../schedule-log.js';
export { retryDelay } from '../retry-delay.js';
export { earlierVersionOf, upcast, versionsOf } from '../versions.js';
export { CLIENT_NAME, OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from './handshake.js';
export { requestVersions, subscribeVersions, tailVersions } from './versions.js';
export { printable } from '../printable.js';

export type { After } from '../after.js';
export type { Draft, FrameOrigin, WrittenMessage } from '../frame/encode.js';
export type { FrameHeader } from '../frame/header.js';
export type { FrameReceipt } from '../receipt.js';
export type { Result } from '../result.js';
export type {
  Answered,
  CallAnswer,
  CallEnd,
  CallMade,
  CallNotices,
  CallRequests,
  Invocation,
  Reply,
  ServeRequest,
  StreamPart,
} from './calls.js';
export type { GroupQuery } from './administration.js';
export type { DeadLetterRequest, Discarded, GroupLetters, Redriven, RedriveRequest } from './dead-letters.js';
export type {
  GrantHeader,
  KnownGroup,
  LostLease,
  Revocation,
  Subscribed,
  SubscribeRequest,
} from './group.js';
export type { ContractOptions, ContractReport, QueueContract } from './contract.js';
export type { Authentication, Handshake, ServedContract } from './handshake.js';
export type { Outcome, Settlement } from './outcome.js';
export type { ScheduledTime } from './publishing.js';
export type { Cancelled } from './scheduled.js';
export type { ScheduleDefinition, ScheduleDeleted } from './schedules.js';
export type { ReplayHeader, Tailing, TailRequest } from './tail.js';
export type { Versions } from './versions.js';
