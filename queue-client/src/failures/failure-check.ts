import {
  findIssues,
  MAX_PAYLOAD_DEPTH,
  QueueError,
  type AnyFailure,
  type FailureDeclaration,
  type QueueDefinition,
} from '@typed-queue/contracts';
import { declarationOf, MAX_FAILURE_DATA, UNDECLARED } from '@typed-queue/contracts/wire';
import { issuesText } from '../messages/contract-check.js';
import { isDeep } from '../messages/json-text.js';
import type { DeclaredFailure } from './declared-failure.js';
import { reasonOf } from './reason.js';

/** A declared failure as it is sent. */
export interface CheckedFailure {
  readonly declared: FailureDeclaration;
  readonly failure: AnyFailure;
  readonly reason: string;
}

/** Checks how the handling of an event or a call failed. @throws QueueError `failure_undeclared` */
export const checkedFailure = (
  queue: QueueDefinition,
  event: string,
  error: DeclaredFailure,
): CheckedFailure => {
  const { code } = error;
  const all = (queue.failures ?? []).filter((declared) => declared.event === event);
  const declared = all.find((each) => each.code === code);
  const reason = reasonOf(error);
  const refuse = (why: string): never => {
    const text = `A handler of "${event}" failed with "${code}" (${reason}): ${why}.`;
    throw new QueueError('failure_undeclared', text, { details: { queue: queue.name, event, code } });
  };
  if (declared === undefined) {
    const codes = all.map((each) => each.code).join(', ');
    return refuse(`"${queue.name}" declares for it only ${codes || 'none'}`);
  }
  const data = storedData(error.data, refuse);
  const problem = dataProblem(declared, data);
  if (problem !== undefined) return refuse(`its data are not as declared: ${problem}`);
  return { declared, failure: failureWith(code, data), reason };
};

/** What this client makes of a failure that its contract does not declare; undefined: it declares it. */
export const undeclaredFailure = (
  definition: QueueDefinition,
  event: string | undefined,
  { code, data }: AnyFailure,
): AnyFailure | undefined =>
  definition.failures === undefined || declarationOf(definition, { event, code, data }) !== undefined
    ? undefined
    : { code: UNDECLARED, data: failureWith(code, data) };

const failureWith = (code: string, data: unknown): AnyFailure =>
  data === undefined ? { code } : { code, data };

/** Data as a server stores them. */
const storedData = (data: unknown, refuse: (why: string) => never): unknown => {
  if (data === undefined) return undefined;
  let text: string | undefined;
  try {
    text = JSON.stringify(data);
  } catch {
    text = undefined;
  }
  if (text === undefined) return refuse('its data cannot be written as JSON');
  if (text.length > MAX_FAILURE_DATA) {
    return refuse(`its data have ${text.length} characters as JSON, more than ${MAX_FAILURE_DATA}`);
  }
  const stored: unknown = JSON.parse(text);
  return isDeep(stored) ? refuse(`its data have more than ${MAX_PAYLOAD_DEPTH} levels`) : stored;
};

const dataProblem = ({ data: schema }: FailureDeclaration, data: unknown): string | undefined => {
  if (schema === undefined) return data === undefined ? undefined : 'it has none';
  try {
    const issues = findIssues(schema, data);
    return issues && issuesText(issues);
  } catch (error) {
    return reasonOf(error);
  }
};
