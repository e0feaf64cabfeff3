export { backOffMs } from './back-off.js';
export { call, streaming } from './call.js';
export { defineContract } from './contract.js';
export { errorTable, queueErrors } from './error-table.js';
export { ApiError, QueueError } from './errors.js';
export { event } from './event.js';
export { fingerprintOf } from './fingerprint.js';
export { newId } from './id.js';
export { parseJsonText } from './json-text.js';
export { MAX_HEADERS_BYTES, MAX_PAYLOAD_BYTES, MAX_PAYLOAD_DEPTH } from './limits.js';
export { DAY, defineQueue, HOUR, MINUTE, SECOND } from './queue.js';
export { database } from './queues/database.js';
export { files } from './queues/files.js';
export { contract } from './system.js';
export { untypedQueue } from './untyped-queue.js';
export { version } from './versions.js';
export { findIssues } from './validate.js';

export type { Answering, CallDeclaration, CallDefinition, Durable, Once, Stream } from './call.js';
export type { BackOffBounds } from './back-off.js';
export type {
  CallName,
  CommonEventName,
  Contract,
  EventFailure,
  EventMessage,
  EventName,
  Fails,
  Message,
  Payload,
  PayloadOfEach,
  QueueName,
} from './contract.js';
export type { ApiErrorCode, ErrorBody, ErrorCode } from './errors.js';
export type { DeclaredEvent, FailuresIn, EventDefinition, SchemaOf } from './event.js';
export type {
  AnyFailure,
  Declarations,
  EventFailures,
  FailureDeclaration,
  FailureOptions,
} from './failures.js';
export type { AnyMessage, Headers, MessageOf } from './message.js';
export type { Gap, Position, Range, Reset, Start } from './position.js';
export type { JsonText } from './json-text.js';
export type { Publishable } from './payload.js';
export type { Priority, PublishedHeaders } from './priority.js';
export type { PayloadSchema } from './payload-schema.js';
export type { AnyQueue, DeadLetterRetention, QueueDefinition, Retention } from './queue.js';
export type { BatchReceipt, Durability, Receipt, ScheduledReceipt } from './receipt.js';
export type {
  DatabaseClientToServerEvents,
  DatabaseMessage,
  DatabaseServerToClientEvents,
  FilesClientToServerEvents,
  FilesMessage,
  FilesServerToClientEvents,
  SystemContract,
} from './system.js';
export type { EarlierVersions, Version, VersionHistory } from './versions.js';
export type { Issue } from './validate.js';
export type {
  DeadLetterStatus,
  GroupStatus,
  MessageInGroup,
  MessageQuery,
  MessageReport,
  PassedOver,
  MemberStatus,
  Purged,
  QueueStatus,
  SeqAt,
} from './wire/administration.js';
export type {
  DeadLetter,
  DeadLetterFilter,
  DeadLetterKind,
  DeadLetterPage,
  DeadLetterQuery,
  DeadLetterSummary,
  Failure,
  RefusedLetter,
} from './wire/dead-letters.js';
export type {
  Input as CallInput,
  Output as CallOutput,
  ResponderStatus,
  ServiceStatus,
} from './wire/calls.js';
export type { ContractReport, DifferingClient, DifferingClients, QueueContract } from './wire/contract.js';
export type { ClientToServerEvents, ServerToClientEvents } from './wire/events.js';
export type { GroupSettings } from './wire/group.js';
export type {
  Finding,
  History,
  HistoryQuery,
  Overview,
  OverviewOrder,
  OverviewQuery,
  OverviewTotals,
  OwnRights,
  QueueOverview,
  Rates,
  ServerStatus,
  Unreachable,
} from './wire/overview.js';
export type { Publication, ScheduledPublication } from './wire/publishing.js';
export type { MissedRuns, ScheduleStatus } from './wire/schedules.js';
export type { ScheduledMessage, ScheduledPage, ScheduledQuery, ScheduledReport } from './wire/scheduled.js';
