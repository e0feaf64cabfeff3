import { failed, ok, type Result } from '@typed-queue/contracts/wire';
import type { FrontClient, FrontRequest } from './front-client.js';
import { isUnitRefusal } from './unit-refusal.js';

/** Answers a request with what units say: they charge, count and audit it. */
export const relay = (client: FrontClient, request: FrontRequest, ask: () => Promise<unknown>): void => {
  const asked = async (): Promise<unknown> => client.requests.bounded(ask)();
  asked().then(
    (value) => answerOf(request)(ok(value)),
    (error: unknown) => refuseAsAsked(client, request, error),
  );
};

/** The refusal of a unit is passed on; what no unit was asked for is refused here, and counts here. */
export const refuseAsAsked = (client: FrontClient, request: FrontRequest, error: unknown): void => {
  if (isUnitRefusal(error)) answerOf(request)(failed(error));
  else client.refuse(request, error);
};

const answerOf = ({ given }: FrontRequest): ((result: Result<unknown>) => void) => {
  const callback = given.at(-1);
  // Safe: Socket.IO adds its acknowledgement to the arguments.
  return typeof callback === 'function' ? (callback as (result: unknown) => void) : () => undefined;
};
