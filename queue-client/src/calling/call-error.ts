import { QueueError, type ErrorBody, type ErrorCode } from '@typed-queue/contracts';
import type { MadeCall } from './made-call.js';

type NamedCall = Pick<MadeCall, 'definition' | 'name'>;

/** What the details of all errors of a call have. */
interface CallDetails {
  readonly queue: string;
  readonly call: string;
}

export const callDetails = (queue: string, call: string): CallDetails => ({ queue, call });

/** A call in the text of its errors. */
export const callText = ({ definition, name }: NamedCall): string => `call "${name}" of "${definition.name}"`;

/** An error of a call, with its queue and its name in the details. */
export const callError = (
  made: NamedCall,
  code: ErrorCode,
  text: string,
  { cause, details }: { readonly cause?: unknown; readonly details?: ErrorBody['details'] | undefined } = {},
): QueueError => new QueueError(code, text, { cause, details: { ...detailsOf(made), ...details } });

/** What the server answered a call with. */
export const answeredError = (made: NamedCall, body: ErrorBody): QueueError => {
  const isNamed = body.message.includes(`"${made.name}"`);
  const message = isNamed ? body.message : `The ${callText(made)}: ${body.message}`;
  return QueueError.fromBody({ ...body, message, details: { ...detailsOf(made), ...body.details } });
};

const detailsOf = ({ definition, name }: NamedCall): CallDetails => callDetails(definition.name, name);
