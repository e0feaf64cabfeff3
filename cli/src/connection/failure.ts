import { QueueError, type ErrorCode } from '@typed-queue/contracts';
import { messageOf, printable } from '@typed-queue/program';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';

/** What an error of the queue means for the exit code. */
const EXIT_CODES: Readonly<Record<ErrorCode, ExitCode>> = {
  request_invalid: EXIT.usage,
  queue_unknown: EXIT.notFound,
  event_unknown: EXIT.notFound,
  group_unknown: EXIT.notFound,
  payload_invalid: EXIT.data,
  schema_changes_value: EXIT.data,
  message_invalid: EXIT.data,
  message_too_large: EXIT.data,
  frame_invalid: EXIT.data,
  frame_too_large: EXIT.data,
  subscription_exists: EXIT.failed,
  subscription_limit: EXIT.failed,
  subscription_unknown: EXIT.failed,
  lease_lost: EXIT.failed,
  group_limit: EXIT.failed,
  group_in_use: EXIT.failed,
  group_conflict: EXIT.failed,
  redrive_refused: EXIT.failed,
  message_cancelled: EXIT.failed,
  seq_conflict: EXIT.failed,
  contract_mismatch: EXIT.failed,
  contract_invalid: EXIT.failed,
  unauthorized: EXIT.refused,
  auth_expired: EXIT.refused,
  forbidden: EXIT.refused,
  host_refused: EXIT.refused,
  origin_refused: EXIT.refused,
  transport_unsupported: EXIT.unavailable,
  protocol_unsupported: EXIT.unavailable,
  server_untrusted: EXIT.unavailable,
  auth_unavailable: EXIT.unavailable,
  draining: EXIT.unavailable,
  rate_limited: EXIT.unavailable,
  overloaded: EXIT.unavailable,
  storage_full: EXIT.unavailable,
  storage_unavailable: EXIT.unavailable,
  storage_failed: EXIT.unavailable,
  internal: EXIT.unavailable,
  outbox_full: EXIT.failed,
  handler_timeout: EXIT.failed,
  failure_undeclared: EXIT.failed,
  deadline_exceeded: EXIT.failed,
  no_responder: EXIT.unavailable,
  call_unknown: EXIT.failed,
  call_gone: EXIT.failed,
  call_failed: EXIT.failed,
  answer_invalid: EXIT.failed,
  closed: EXIT.failed,
  outcome_unknown: EXIT.unreachable,
  aborted: EXIT.unreachable,
  config_invalid: EXIT.config,
  data_dir_in_use: EXIT.config,
  journal_unsupported: EXIT.config,
  backup_invalid: EXIT.input,
  data_dir_not_empty: EXIT.output,
};

const NO_ANSWER = 'Ask "typed-queue health" how the server is, or give it more time by --timeout.';
const NO_TOKEN = 'Give a key or token that may do this: --token-file, QUEUE_TOKEN, or a profile.';

/** What to do, where the message does not say it. */
const ADVICE: Partial<Readonly<Record<ErrorCode, string>>> = {
  queue_unknown: '"typed-queue queues" lists those that you may see.',
  group_unknown: '"typed-queue groups list" lists them.',
  group_in_use: 'Stop its consumers first; "typed-queue groups list" names them.',
  unauthorized: NO_TOKEN,
  auth_expired: 'Make a new token.',
  forbidden: NO_TOKEN,
  server_untrusted: 'Here it is the option --ca.',
  draining: 'The server is shutting down: try again when it is back.',
  overloaded: 'Try again later.',
  aborted: NO_ANSWER,
  outcome_unknown: NO_ANSWER,
};

/** The error that ends a command. */
export const failureOf = (error: unknown): CommandError => {
  if (error instanceof CommandError) return error;
  if (!(error instanceof QueueError))
    return new CommandError(EXIT.internal, messageOf(error), { cause: error });
  const { code } = error;
  const text = printable(`${error.message} (${code})`);
  const advice = ADVICE[code];
  return new CommandError(EXIT_CODES[code], advice === undefined ? text : `${text} ${advice}`, {
    cause: error,
  });
};
