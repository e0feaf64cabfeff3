import { failed, ok, type Result } from '@typed-queue/contracts/wire';
import type { FrontClient, FrontRequest } from './front-client.js';
import { isUnitRefusal, unitRefusal } from './unit-refusal.js';

/**
 * Answers a request with what units say: they charge, count and audit it. What no unit was asked for is refused here, and
 * counts here.
 */
export const relay = (client: FrontClient, request: FrontRequest, ask: () => Promise<unknown>): void =>
  relayed(client, request, async () => answerOf(request)(ok(await ask())));

/** The same where `pass` passes on the answer of a unit itself, unless that refuses. */
export const relayed = (client: FrontClient, request: FrontRequest, pass: () => Promise<unknown>): void => {
  const passed = async (): Promise<unknown> => client.requests.bounded(pass)();
  passed().catch((error: unknown) => {
    if (isUnitRefusal(error)) answerOf(request)(failed(error));
    else client.refuse(request, error);
  });
};

/** Asks the unit of a queue, and passes its answer on before whatever that sends behind it: messages, say. */
export const passAnswer = (client: FrontClient, queue: string, request: FrontRequest): Promise<void> =>
  new Promise((resolve, reject) => {
    const onAnswer = (answer: Result<unknown>): void => {
      if (!answer.ok) {
        reject(unitRefusal(answer.error));
        return;
      }
      answerOf(request)(answer);
      resolve();
    };
    client.links.of(queue).request([request.verb, ...request.args], { onAnswer, onRefused: reject });
  });

const answerOf = ({ given }: FrontRequest): ((result: Result<unknown>) => void) => {
  const callback = given.at(-1);
  // Safe: Socket.IO adds its acknowledgement to the arguments.
  return typeof callback === 'function' ? (callback as (result: unknown) => void) : () => undefined;
};
