import { QueueError } from '@typed-queue/contracts';

/**
 * What the failure of a request to NATS means.
 * `lost`          no answer, or JetStream has no leader at the moment: it may have been executed, and may be tried again.
 * `busy`          it cannot do that at the moment.
 * `superseded`    another revision or sequence is the last than the one that was expected: nothing was changed.
 * `behind`        the node that answered knows too little to compare: another one may.
 * `full`          it has no room: by a limit of its files or memory, of the account, or of the stream.
 * `missing`       there is no such stream.
 * `no-jetstream`  nobody answers for JetStream, or the account may not use it.
 * `forbidden`     the user lacks the right.
 * `unauthorised`  user, password or token are wrong.
 * `unfit`         it is with TLS where the server is without.
 * `refused`       everything else that JetStream answers.
 * `broken`        an error of this server or of the client library, which asking again does not change.
 */
export type Failure =
  | 'lost'
  | 'busy'
  | 'superseded'
  | 'behind'
  | 'full'
  | 'missing'
  | 'no-jetstream'
  | 'forbidden'
  | 'unauthorised'
  | 'unfit'
  | 'refused'
  | 'broken';

/** Of JetStream's API. */
const CODES: ReadonlyMap<number, Failure> = new Map([
  [10_071, 'superseded'],
  [10_164, 'behind'],
  [10_059, 'missing'],
  [10_039, 'no-jetstream'],
  [10_076, 'no-jetstream'],
  // A system that has no leader at the moment, or knows too few of its nodes.
  [10_008, 'lost'],
  [10_009, 'lost'],
  [10_005, 'lost'],
  [10_002, 'full'],
  [10_023, 'full'],
  [10_028, 'full'],
  [10_047, 'full'],
  [10_077, 'full'],
]);

/** The server asked for another time. */
const TOO_MANY = 429;

const NAMES: Readonly<Record<string, Failure>> = {
  AuthorizationError: 'unauthorised',
  UserAuthenticationExpiredError: 'unauthorised',
  PermissionViolationError: 'forbidden',
  TypeError: 'broken',
  InvalidArgumentError: 'broken',
  InvalidSubjectError: 'broken',
  JetStreamStatusError: 'broken',
};

/** Their classes are known by name: the libraries are loaded only where they are used. */
export const failureOf = (error: unknown): Failure => {
  if (!(error instanceof Error)) return 'lost';
  if (error instanceof QueueError) return error.code === 'storage_unavailable' ? 'lost' : 'broken';
  const answer = answerIn(error);
  if (answer !== undefined) return ofAnswer(answer);
  if (isForbidden(error)) return 'forbidden';
  // The library says it by the text alone.
  if (error.message.includes("does not support 'tls'")) return 'unfit';
  if (error.name === 'JetStreamNotEnabled') {
    // Also of an account: then its cause says so.
    return apiCodeOf(error.cause) === undefined ? 'lost' : 'no-jetstream';
  }
  return NAMES[error.name] ?? 'lost';
};

/** What comes after the append of a record, or another request to its stream, failed. */
export type Consequence =
  /** It is asked again: it may have been executed. */
  | 'unanswered'
  /** What the stream has is looked at. */
  | 'compared'
  | 'full'
  | 'broken';

const CONSEQUENCES: Readonly<Record<Failure, Consequence>> = {
  lost: 'unanswered',
  busy: 'unanswered',
  superseded: 'compared',
  behind: 'compared',
  full: 'full',
  missing: 'broken',
  // An operator may be about to mend these, while records wait.
  'no-jetstream': 'unanswered',
  unauthorised: 'unanswered',
  unfit: 'unanswered',
  forbidden: 'broken',
  refused: 'broken',
  broken: 'broken',
};

export const consequenceOf = (error: unknown): Consequence => CONSEQUENCES[failureOf(error)];

/** Whether the same request may succeed soon, which says nothing of what is stored. */
export const isPassing = (failure: Failure): failure is 'lost' | 'behind' =>
  failure === 'lost' || failure === 'behind';

/** The library wraps it. */
const isForbidden = (error: Error): boolean =>
  error.name === 'PermissionViolationError' ||
  (error.cause instanceof Error && error.cause.name === 'PermissionViolationError');

interface Answer {
  readonly code: number;
  readonly status: number;
}

const ofAnswer = ({ code, status }: Answer): Failure =>
  CODES.get(code) ?? (status >= 500 || status === TOO_MANY ? 'busy' : 'refused');

/** What JetStream answered; undefined when it did not. */
const answerIn = (error: unknown): Answer | undefined => {
  if (!(error instanceof Error) || !('code' in error) || !('status' in error)) return undefined;
  const { code, status } = error;
  return typeof code === 'number' && typeof status === 'number' ? { code, status } : undefined;
};

/** Of an answer of JetStream's API. */
export const apiCodeOf = (error: unknown): number | undefined => answerIn(error)?.code;
