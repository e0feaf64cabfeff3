/**
 * What the failure of a request to NATS means.
 * `lost`          no answer, or JetStream cannot say at the moment: it may have been executed, and may be tried again.
 * `superseded`    another revision or sequence is the last than the one that was expected: nothing was changed.
 * `missing`       there is no such stream.
 * `no-jetstream`  nobody answers for JetStream, or the account may not use it.
 * `forbidden`     the user lacks the right.
 * `unauthorised`  user, password or token are wrong.
 * `unfit`         it is with TLS where the server is without.
 * `refused`       everything else that JetStream answers.
 */
export type Failure =
  'lost' | 'superseded' | 'missing' | 'no-jetstream' | 'forbidden' | 'unauthorised' | 'unfit' | 'refused';

/** Of JetStream's API. */
const CODES: ReadonlyMap<number, Failure> = new Map([
  [10_071, 'superseded'],
  // Another node knows: one that is behind cannot compare.
  [10_164, 'lost'],
  [10_059, 'missing'],
  [10_039, 'no-jetstream'],
  [10_076, 'no-jetstream'],
  // A system that has no leader at the moment, or knows too few of its nodes.
  [10_008, 'lost'],
  [10_009, 'lost'],
  [10_005, 'lost'],
]);

const NAMES: Readonly<Record<string, Failure>> = {
  AuthorizationError: 'unauthorised',
  UserAuthenticationExpiredError: 'unauthorised',
  PermissionViolationError: 'forbidden',
};

/** Their classes are known by name: the libraries are loaded only where they are used. */
export const failureOf = (error: unknown): Failure => {
  if (!(error instanceof Error)) return 'lost';
  const code = apiCodeOf(error);
  if (code !== undefined) return CODES.get(code) ?? 'refused';
  if (isForbidden(error)) return 'forbidden';
  // The library says it by the text alone.
  if (error.message.includes("does not support 'tls'")) return 'unfit';
  if (error.name === 'JetStreamNotEnabled') {
    // Also of an account: then its cause says so.
    return apiCodeOf(error.cause) === undefined ? 'lost' : 'no-jetstream';
  }
  return NAMES[error.name] ?? 'lost';
};

/** The library wraps it. */
const isForbidden = (error: Error): boolean =>
  error.name === 'PermissionViolationError' ||
  (error.cause instanceof Error && error.cause.name === 'PermissionViolationError');

/** Of an answer of JetStream's API. */
export const apiCodeOf = (error: unknown): number | undefined => {
  if (
    !(error instanceof Error) ||
    (!error.name.startsWith('JetStreamApi') && error.name !== 'StreamNotFoundError')
  )
    return undefined;
  return 'code' in error && typeof error.code === 'number' ? error.code : undefined;
};
