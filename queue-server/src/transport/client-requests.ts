import { QueueError, type ClientToServerEvents, type Contract } from '@typed-queue/contracts';
import type { ClientRate } from '../access/client-rate.js';
import type { SignIn } from '../access/sign-in.js';
import type { Administration } from '../delivery/administration.js';
import type { Intake } from '../delivery/intake.js';
import type { Guard } from '../guard/guard.js';
import { parseAuthentication } from '../guard/requests.js';
import { isAction, recorded, type Action } from './actions.js';
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
  /** A request failed for want of a right, or of a valid token. */
  readonly recordRefusal: (refusal: Action) => void;
  readonly onError: (error: unknown) => void;
}

/** Answers everything that a client asks for, also what there is not. */
export const answerRequests = (session: Session, connection: Connection, parts: RequestParts): void => {
  const { identity, account, outgoing, signIn, rate } = connection;
  const { intake, administration } = parts;
  const gate = new RequestGate(account, outgoing);
  const guard = (): Guard => connection.guard;
  const publishing = new Publishing(intake, { guard, gate, rate, client: identity.producers });
  const handlers: Record<keyof ClientToServerEvents<Contract>, Handler> = {
    publish: (queue, message) => publishing.publish(queue, message),
    'publish:frame': (queue, frame) => publishing.publishFrame(queue, frame),
    subscribe: gate.bounded((request) => session.subscribe(request)),
    pause: (subscription) => session.pause(subscription),
    settle: gate.bounded((subscription, settlements) => session.settle(subscription, settlements)),
    tail: gate.bounded((request) => session.tail(request)),
    position: (subscription, next) => session.position(subscription, next),
    unsubscribe: (subscription) => session.unsubscribe(subscription),
    authenticate: gate.bounded(async (request) => {
      await signIn.show(parseAuthentication(request).token);
      return null;
    }),
    ...administrationRequests(guard, administration, gate),
  };
  listen(connection, handlers, parts);
};

const listen = (
  { socket, signIn, rate }: Connection,
  handlers: Readonly<Record<string, Handler>>,
  parts: RequestParts,
): void => {
  for (const [event, handler] of Object.entries(handlers)) {
    const limited = UNLIMITED.includes(event) ? handler : counted(handler, rate);
    const checked = WITHOUT_TOKEN.includes(event) ? limited : signedIn(limited, signIn);
    socket.on(event, answering(recorded(event, checked, parts.recordAction), failures(event, rate, parts)));
  }
  socket.onAny((event: unknown, ...args: unknown[]) => {
    if (typeof event === 'string' && Object.hasOwn(handlers, event)) return;
    void answering(
      signedIn(counted(unknownRequest(event), rate), signIn),
      failures('request', rate, parts),
    )(...args);
  });
};

/** Requests that are answered whether the token is valid or not: a position says only how far the client has read. */
const WITHOUT_TOKEN: readonly string[] = ['authenticate', 'position'];

/** Publishes count by what they carry; the others give something back, or bound themselves. */
const UNLIMITED: readonly string[] = [
  ...['publish', 'publish:frame'],
  ...['authenticate', 'position', 'pause', 'unsubscribe'],
];

/** A request that costs as much as one message. */
const counted =
  (handler: Handler, rate: ClientRate): Handler =>
  (...args) => {
    rate.take({ messages: 1, bytes: 0 });
    return handler(...args);
  };

const signedIn =
  (handler: Handler, signIn: SignIn): Handler =>
  (...args) => {
    signIn.check();
    return handler(...args);
  };

/** Failures of the server, and what goes into the audit, of one kind of request. */
const failures =
  (verb: string, rate: ClientRate, { recordRefusal, onError }: RequestParts) =>
  (error: unknown): void => {
    if (!(error instanceof QueueError)) {
      onError(error);
      return;
    }
    rate.refused(error);
    if (isRefusal(verb, error)) recordRefusal({ verb, ...objectOf(error), outcome: error.code });
  };

/** Actions are recorded in any case. */
const isRefusal = (verb: string, { code }: QueueError): boolean =>
  verb === 'authenticate' || (['forbidden', 'rate_limited'].includes(code) && !isAction(verb));

const objectOf = ({ details: { queue, group } }: QueueError): { readonly object?: string } => {
  if (typeof queue !== 'string') return {};
  return { object: typeof group === 'string' ? `${queue}/${group}` : queue };
};

const unknownRequest =
  (event: unknown): Handler =>
  () => {
    throw new QueueError('request_invalid', `The server knows no request "${String(event).slice(0, 100)}".`);
  };
