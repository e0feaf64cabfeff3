import { apiCodes } from './api-codes.js';
import { queueCodes } from './errors.js';

// Apart from the codes, so that pages do not load them.
const queueMeanings: Record<keyof typeof queueCodes, string> = {
  request_invalid: 'a field of the request is missing or of the wrong type',
  queue_unknown: 'the contract has no queue of this name',
  event_unknown: 'the queue has no event of this name',
  payload_invalid: 'the payload does not match the schema of its event',
  schema_changes_value:
    'the schema of the event changes the payload (a default, a trim), which is stored as it was published',
  message_invalid: 'a field of the message is unknown, missing or of the wrong type',
  message_too_large: 'the payload or the headers are over their limit',
  frame_invalid: 'the bytes are not an intact frame',
  frame_too_large: 'the frame is over its limit',
  subscription_exists: 'this connection already has a subscription of this name',
  subscription_limit: 'this connection has as many subscriptions as it may have',
  subscription_unknown: 'this connection has no subscription of this name',
  lease_lost: 'the lease ended before its outcome came; the message is delivered again',
  group_unknown: 'the queue has no group of this name',
  group_limit: 'the queue has as many groups as it may, or the connection or its principal made as many',
  group_in_use: 'the group has members',
  redrive_refused: 'the dead letter cannot go back to its group',
  message_cancelled: 'a message with this id was to be published later, and was cancelled',
  seq_conflict: 'another message came in between: `details.actualSeq` is the last one',
  contract_mismatch: 'a stored message does not match the schema that its event has here',
  contract_invalid: 'a queue or contract is declared in a way that cannot work',
  unauthorized: 'the client showed no token, or one that the server does not know',
  forbidden: 'the client has no right to do this; the details say to what',
  host_refused: 'the server was called by a name that it does not have: ALLOWED_HOSTS',
  origin_refused: 'pages of this origin may not use the server: CORS_ORIGINS',
  transport_unsupported: 'the server takes websocket only',
  protocol_unsupported:
    'client and server have no protocol version in common, or its version lacks the request',
  auth_expired: 'the token has expired; a new one is asked for',
  auth_unavailable:
    'the server cannot verify tokens at this moment: the keys of their issuer cannot be fetched',
  draining: 'the server is shutting down',
  rate_limited: 'the client sends more than it may; `details.retryAfterMs` says how long to wait',
  overloaded: 'too much waits for the server already',
  group_conflict: 'members of the group are there with other settings; when they are gone it may be joined',
  storage_full: 'the disk of the server, or the store that it uses, is full',
  storage_unavailable:
    'the server lacks file descriptors or memory for its files, or cannot reach its store, and retries',
  storage_failed: 'the disk of the server failed; nothing is stored until it is restarted',
  internal: 'the server failed in a way that it should not have; its log says more',
  no_responder: 'nobody answers calls of this name at this moment',
  call_unknown: 'the queue has no call of this name',
  call_gone: 'no durable call of this id is known: it was never stored, or its answer is no longer kept',
  call_failed: 'the responder failed in a way that the contract does not declare',
  answer_invalid: 'the answer of the responder does not match the contract of the server',
  outbox_full: 'too much waits in the client for its server',
  outcome_unknown:
    'it was sent, but nobody waited for the receipt, or no answer came; it may be stored, or done',
  aborted: 'the caller gave up before it was sent, or before its call was answered',
  handler_timeout: 'a handler took longer than its subscription allows',
  failure_undeclared: 'a handler failed in a way that the contract does not declare for the event',
  deadline_exceeded: 'the time of a call was over before its answer; it may have been answered',
  server_untrusted: 'the TLS certificate of the server is not trusted, or does not fit its address',
  closed: 'the client is closed',
  config_invalid: 'the environment or command line has a wrong value',
  data_dir_in_use: 'another server owns the data directory',
  journal_unsupported: 'the journal was written by another version or is no journal',
  backup_invalid: 'the backup is incomplete, damaged, or none; `details.reason` says which',
  data_dir_not_empty: 'a backup is restored only into an empty data directory',
};

const apiMeanings: Record<keyof typeof apiCodes, string> = {
  route_unknown: 'the server has no such path',
  method_unsupported: 'the path exists, but not with this method',
  body_invalid: 'the body is not JSON that the API can keep',
  media_type_unsupported: 'the body is of a type that the API does not read',
  body_too_large: 'the body is over its limit',
  query_invalid: 'a parameter of the URL is unknown or has a wrong value',
  header_invalid: 'a header of the request has a wrong value',
  document_invalid: 'a field of the document is missing, unknown or wrong',
  document_unknown: 'there is no document of this id',
  reference_unknown: 'the document refers to another that does not exist',
  document_in_use: 'other documents refer to this one',
  duplicate_key: 'another document has the same value in a field that is unique',
  too_many_documents: 'more documents than one request may create, change or delete',
  precondition_required: 'a change has to say which revision of the document it means: If-Match',
  revision_conflict: 'the document has another revision than the change means',
  idempotency_conflict: 'the Idempotency-Key was used for another request',
  expectation_failed: 'the header Expect asks for something that the API does not do',
  headers_too_large: 'the headers of the request are over their limit',
  request_timeout: 'the request did not arrive in time',
  database_unavailable: 'the API cannot reach its database',
  database_standalone: 'the MongoDB server is no replica set: it has no transactions',
};

type Table<Code extends string> = Readonly<
  Record<Code, { readonly retryable: boolean; readonly meaning: string }>
>;

const tableOf = <Code extends string>(
  codes: Readonly<Record<Code, boolean>>,
  meanings: Readonly<Record<Code, string>>,
): Table<Code> => {
  // Safe: the table has no other keys than codes.
  const names = Object.keys(codes) as Code[];
  // Safe: it has an entry for each code.
  return Object.fromEntries(
    names.map((code) => [code, { retryable: codes[code], meaning: meanings[code] }]),
  ) as Table<Code>;
};

/** What the error codes of the queue mean, and whether the same request may succeed when it is sent again. */
export const queueErrors = tableOf(queueCodes, queueMeanings);

/** Every error code there is, those of the REST API included. */
export const errorTable = { ...queueErrors, ...tableOf(apiCodes, apiMeanings) };
