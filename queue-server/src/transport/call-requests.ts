import type { OpenRequests, Handler } from './open-requests.js';
import type { CallRequests } from '@typed-queue/contracts/wire';
import type { Contract } from '@typed-queue/contracts';
import type { Session } from './session.js';

interface CallingClient {
  readonly requests: OpenRequests;
  readonly session: Session;
}

/** The requests of callers and responders. */
export const callRequests: Record<keyof CallRequests<Contract, string>, (client: CallingClient) => Handler> =
  {
    call:
      ({ session }) =>
      (queue, request) =>
        session.calls.calling.call(queue, request),
    calls:
      ({ session }) =>
      (queue, calls) =>
        session.calls.calling.calls(queue, calls),
    'call:cancel':
      ({ session }) =>
      (ids) =>
        session.calls.calling.cancel(ids),
    'call:more':
      ({ session }) =>
      (id, items) =>
        session.calls.calling.more(id, items),
    serve: ({ requests, session }) => requests.bounded((request) => session.serve(request)),
    'serve:end':
      ({ session }) =>
      (responder) =>
        session.calls.responding.end(responder),
    replies:
      ({ session }) =>
      (replies) =>
        session.calls.responding.replies(replies),
  };
