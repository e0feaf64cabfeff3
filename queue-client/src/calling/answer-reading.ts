import type { QueueError } from '@typed-queue/contracts';
import { DeclaredFailure } from '../failures/declared-failure.js';
import { undeclaredFailure } from '../failures/failure-check.js';
import { issuesText } from '../messages/contract-check.js';
import { issuesOf } from '../messages/issues.js';
import { callError, callText } from './call-error.js';
import type { MadeCall } from './made-call.js';
import type { Answer } from './open-call.js';

/** The error of a failure, as the contract of this client has it. */
export const failureError = (
  { definition, name }: MadeCall,
  { failure, reason }: Answer & { readonly kind: 'failure' },
): DeclaredFailure =>
  new DeclaredFailure(
    undeclaredFailure(definition, name, failure) ?? failure,
    { reason },
    { queue: definition.name, call: name },
  );

/** An output that matches the contract of this client. @throws QueueError `answer_invalid` */
export const readOutput = (made: MadeCall, text: string): unknown => {
  const { definition, name, declaration } = made;
  const output: unknown = JSON.parse(text);
  const issues = issuesOf(declaration.output, output);
  if (issues === undefined) return output;
  const what = `The output of "${definition.name}" "${name}" does not match this contract`;
  throw callError(made, 'answer_invalid', `${what}: ${issuesText(issues)}`, { details: { issues } });
};

/** @throws QueueError `answer_invalid` for the answer of a streaming call to one that is none, or the reverse */
export const unexpectedAnswer = (made: MadeCall, kind: string): QueueError =>
  callError(made, 'answer_invalid', `The answer of the ${callText(made)} is unexpected: ${kind}.`);
