import { QueueError, type ClientToServerEvents, type Contract } from '@typed-queue/contracts';
import { MAX_FRAME_MESSAGES } from '@typed-queue/contracts/wire';
import type { ClientRate } from '../access/client-rate.js';
import type { Administration } from '../delivery/administration.js';
import type { PublishGate } from '../delivery/publish-gate.js';
import type { Guard } from '../guard/guard.js';
import { parseAuthentication } from '../guard/requests.js';
import { isAction, recorded, type Action } from './actions.js';
import { administrationRequests } from './administration-requests.js';
import { answering, type Handler } from './answers.js';
import type { Connection } from './connection.js';
import { ControlRates } from './control-rates.js';
import { Publishing } from './publishing.js';
import { RequestGate } from './request-gate.js';
import { requestSize } from './request-size.js';
import type { Session, SessionParts } from './session.js';

export interface RequestParts extends SessionParts {
  readonly publishGate: PublishGate;
  readonly administration: Administration;
  /** An operator changed something, or tried to. `principal`: the one that asked for it. */
  readonly recordAction: (action: Action, principal: string) => void;
  /** A request failed for want of a right, or of a valid token. */
  readonly recordRefusal: (refusal: Action, principal: string) => void;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/** Answers everything that a client asks for, also what there is not. */
export const answerRequests = (session: Session, connection: Connection, parts: RequestParts): void => {
  const { identity, account, outgoing, signIn, rate } = connection;
  const { publishGate, administration } = parts;
  const gate = new RequestGate(account, outgoing, () => signIn.check());
  const guard = (): Guard => connection.guard;
  const publishing = new Publishing(publishGate, { guard, gate, rate, client: identity.producers });
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
  const charge = charging(rate, new ControlRates(parts.now));
  socket.use((packet: readonly unknown[]) => {
    if (!socket.connected) return;
    const [event, ...args] = packet;
    const known = typeof event === 'string' && Object.hasOwn(handlers, event) ? handlers[event] : undefined;
    const verb = known === undefined || typeof event !== 'string' ? 'request' : event;
    const { name } = signIn.principal;
    const handler: Handler = (...given) => {
      charge(verb, given, requestSize(packet));
      if (!WITHOUT_TOKEN.includes(verb)) signIn.check();
      return (known ?? unknownRequest(event))(...given);
    };
    const record = (action: Action): void => parts.recordAction(action, name);
    void answering(recorded(verb, handler, record), failures(verb, name, rate, parts))(...args);
  });
};

/** Requests that are answered whether the token is valid or not: a position says only how far the client has read. */
const WITHOUT_TOKEN: readonly string[] = ['authenticate', 'position'];

/** Requests of a client that reads on or leaves, however much it has sent. */
const CONTROLS: readonly string[] = ['position', 'pause', 'unsubscribe'];

/** Charges each request before any work, whether it is refused later or not. */
const charging =
  (rate: ClientRate, controls: ControlRates) =>
  (verb: string, [, messages]: readonly unknown[], bytes: number): void => {
    // A frame is charged by its header, in its turn: see `Publishing`.
    if (verb === 'publish:frame' && messages instanceof Uint8Array) return;
    if (verb === 'authenticate') controls.authenticate();
    else if (CONTROLS.includes(verb)) controls.control();
    else if (verb === 'publish') rate.take({ messages: messagesIn(messages), bytes });
    else rate.take({ messages: 1, bytes });
  };

const messagesIn = (messages: unknown): number =>
  Array.isArray(messages) ? Math.min(Math.max(messages.length, 1), MAX_FRAME_MESSAGES) : 1;

/** Failures of the server, and what goes into the audit, of one kind of request. */
const failures =
  (verb: string, principal: string, rate: ClientRate, { recordRefusal, onError }: RequestParts) =>
  (error: unknown): void => {
    if (!(error instanceof QueueError)) {
      onError(error);
      return;
    }
    rate.refused(error);
    if (isRefusal(verb, error)) recordRefusal({ verb, ...objectOf(error), outcome: error.code }, principal);
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
