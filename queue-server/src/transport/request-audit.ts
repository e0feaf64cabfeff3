import { QueueError, type ClientToServerEvents, type Contract, type ErrorCode } from '@typed-queue/contracts';

/** A request, and its outcome, as the audit records it. */
export interface AuditedRequest {
  readonly kind: 'action' | 'refusal';
  /** The name of the request. */
  readonly verb: string;
  /** The queue, or the group as `queue/group`; undefined: none was named. */
  readonly object?: string;
  readonly outcome: 'ok' | ErrorCode;
}

/** The requests of operators that change something. */
const ACTIONS: ReadonlySet<string> = new Set<keyof ClientToServerEvents<Contract>>([
  'group:seek',
  'group:pause',
  'group:resume',
  'group:delete',
  'queue:purge',
  'dead-letters:redrive',
  'dead-letters:discard',
  'scheduled:cancel',
  'schedules:put',
  'schedules:delete',
]);

/** Whether a request of an operator changes something: it is recorded with any outcome. */
export const isAction = (verb: string): boolean => ACTIONS.has(verb);

/** What the audit records of a request; undefined: nothing. `error`: why it failed. */
export const auditedRequest = (
  verb: string,
  args: readonly unknown[],
  error?: unknown,
): AuditedRequest | undefined => {
  const outcome = error === undefined ? 'ok' : error instanceof QueueError ? error.code : 'internal';
  if (isAction(verb)) return { kind: 'action', verb, ...objectOf(args[0], args[1]), outcome };
  if (!(error instanceof QueueError) || !isRefusal(verb, error)) return undefined;
  const { queue, group } = error.details;
  return { kind: 'refusal', verb, ...objectOf(queue, group), outcome };
};

const isRefusal = (verb: string, { code }: QueueError): boolean =>
  verb === 'authenticate' || code === 'forbidden' || code === 'rate_limited';

const objectOf = (queue: unknown, group: unknown): { readonly object?: string } => {
  if (typeof queue !== 'string') return {};
  return { object: typeof group === 'string' ? `${queue}/${group}` : queue };
};
