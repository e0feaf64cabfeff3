import { QueueError, type ClientToServerEvents, type Contract } from '@typed-queue/contracts';
import type { Administration } from '../delivery/administration.js';
import type { Intake } from '../delivery/intake.js';
import { recorded, type Action } from './actions.js';
import { administrationRequests } from './administration-requests.js';
import { answering, type Handler } from './answers.js';
import type { Connection } from './connection.js';
import { Publishing } from './publishing.js';
import { RequestGate } from './request-gate.js';
import type { Session, SessionParts } from './session.js';

export interface RequestParts extends SessionParts {
  readonly intake: Intake;
  readonly administration: Administration;
  /** An operator changed something, or tried to. */
  readonly recordAction: (action: Action) => void;
  readonly onError: (error: unknown) => void;
}

/** Answers everything that a client asks for, also what there is not. */
export const answerRequests = (
  session: Session,
  { socket, identity, account, outgoing }: Connection,
  parts: RequestParts,
): void => {
  const { guard, intake, administration, recordAction, onError } = parts;
  const gate = new RequestGate(account, outgoing);
  const publishing = new Publishing(guard, intake, { gate, client: identity.producers });
  const handlers: Record<keyof ClientToServerEvents<Contract>, Handler> = {
    publish: (queue, message) => publishing.publish(queue, message),
    'publish:frame': (queue, frame) => publishing.publishFrame(queue, frame),
    subscribe: gate.bounded((request) => session.subscribe(request)),
    pause: (subscription) => session.pause(subscription),
    settle: gate.bounded((subscription, settlements) => session.settle(subscription, settlements)),
    tail: gate.bounded((request) => session.tail(request)),
    position: (subscription, next) => session.position(subscription, next),
    unsubscribe: (subscription) => session.unsubscribe(subscription),
    ...administrationRequests(guard, administration, gate),
  };
  for (const [event, handler] of Object.entries(handlers)) {
    socket.on(event, answering(recorded(event, handler, recordAction), onError));
  }
  socket.onAny((event: unknown, ...args: unknown[]) => {
    if (typeof event === 'string' && Object.hasOwn(handlers, event)) return;
    void answering(unknownRequest(event), onError)(...args);
  });
};

const unknownRequest =
  (event: unknown): Handler =>
  () => {
    throw new QueueError('request_invalid', `The server knows no request "${String(event).slice(0, 100)}".`);
  };
