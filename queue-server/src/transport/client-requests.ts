import {
  QueueError,
  type ClientToServerEvents,
  type Contract,
  type QueueContract,
} from '@typed-queue/contracts';
import { failed, ok, type ContractOptions, type Result } from '@typed-queue/contracts/wire';
import type { Audit } from '../access/audit.js';
import type { RefusalCounts } from '../access/refusal-counts.js';
import type { ClientRate } from '../access/client-rate.js';
import type { Cost } from '../access/rate-limits.js';
import type { TokenValidity } from '../access/token-validity.js';
import type { Administration } from '../delivery/administration.js';
import type { PublishGate } from '../delivery/publish-gate.js';
import type { Guard, QueueGuard } from '../guard/guard.js';
import { parseAuthentication, parseContractOptions, parseKnownContract } from '../guard/requests.js';
import type { ContractReports } from '../overview/contract-reports.js';
import type { Observation } from '../overview/observation.js';
import type { ServedSchemas } from '../guard/served-schemas.js';
import type { Schedule } from '../schedule/schedule.js';
import { administrationRequests, type Operator } from './administration-requests.js';
import { callRequests } from './call-requests.js';
import type { Connection } from './connection.js';
import { requestSize } from './packet-decoder.js';
import { Publishing } from './publishing.js';
import { auditedRequest } from './request-audit.js';
import { OpenRequests, type Handler } from './open-requests.js';
import { chargeRequest, isFrame } from './request-charge.js';
import { FINISH } from './behind-fronts.js';
import type { Finishing, Session, SessionDeps } from './session.js';

export interface RequestDeps extends SessionDeps {
  readonly publishGate: PublishGate;
  readonly schedule: Schedule;
  readonly administration: Administration;
  readonly observation: Observation;
  readonly schemas: ServedSchemas;
  readonly audit: Audit;
  readonly refusals: RefusalCounts;
  readonly onError: (error: unknown) => void;
}

/** What the requests of one client act on. */
interface Client extends Operator {
  readonly connection: Connection;
  readonly session: Session;
  readonly publishing: Publishing;
  readonly schemas: ServedSchemas;
  readonly isBehindFronts: boolean;
  readonly contractReports: ContractReports;
}

/** One table for all clients: handlers of their own would be a fifth of the memory that an idle one takes. */
const clientRequests: Record<keyof ClientToServerEvents<Contract>, (client: Client) => Handler> = {
  publish:
    ({ publishing }) =>
    (queue, message) =>
      publishing.publish(queue, message),
  'publish:frame':
    ({ publishing }) =>
    (queue, frame) =>
      publishing.publishFrame(queue, frame),
  'publish:batch':
    ({ publishing }) =>
    (queue, messages) =>
      publishing.publishBatch(queue, messages),
  'publish:batch:frame':
    ({ publishing }) =>
    (queue, frame) =>
      publishing.publishBatchFrame(queue, frame),
  'publish:expected':
    ({ publishing }) =>
    (queue, messages, expectedSeq) =>
      publishing.publishExpected(queue, messages, expectedSeq),
  'publish:expected:frame':
    ({ publishing }) =>
    (queue, frame, expectedSeq) =>
      publishing.publishExpectedFrame(queue, frame, expectedSeq),
  schedule:
    ({ publishing }) =>
    (queue, message) =>
      publishing.schedule(queue, message),
  subscribe: ({ requests, session }) => requests.bounded((request) => session.subscribe(request)),
  pause:
    ({ session }) =>
    (subscription) =>
      session.pause(subscription),
  settle: ({ requests, session }) =>
    requests.bounded((subscription, settlements) => session.settle(subscription, settlements)),
  tail: ({ requests, session }) => requests.bounded((request) => session.tail(request)),
  position:
    ({ session }) =>
    (subscription, next) =>
      session.position(subscription, next),
  unsubscribe:
    ({ session }) =>
    (subscription) =>
      session.unsubscribe(subscription),
  ...callRequests,
  authenticate: ({ requests, connection }) =>
    requests.bounded(async (request) => {
      await connection.tokenValidity.show(parseAuthentication(request).token);
      return null;
    }),
  contract: (client) =>
    client.requests.bounded((queue, known, options) =>
      contractOf(client, client.guard().queue(queue), {
        ...parseContractOptions(options),
        known: parseKnownContract(known),
      }),
    ),
  'contract:clients': ({ requests, guard, contractReports }) =>
    requests.reading((queue) => contractReports.clientsOf(guard().administered(queue).name)),
  ...administrationRequests,
};

/** A report of a comparison with another contract of the server says nothing of the present one. */
const contractOf = (
  { schemas, session }: Pick<Client, 'schemas' | 'session'>,
  queue: QueueGuard,
  { known, annotations, report }: ContractOptions & { readonly known: string | null },
): QueueContract | Promise<QueueContract> => {
  const contract = schemas.contractOf(queue, known);
  if (report !== undefined && known === contract.hash) session.reportContract(queue.name, report);
  return annotations === true ? schemas.annotatedOf(queue) : contract;
};

/** Answers all requests of a client, unknown ones too. */
export const answerRequests = (session: Session, connection: Connection, deps: RequestDeps): void => {
  const { schedule, administration, observation, schemas, contractReports, calls } = deps;
  const { isBehindFronts = false } = deps;
  const requests = new OpenRequests(connection);
  const client = {
    connection,
    session,
    requests,
    publishing: publishingOf(connection, requests, deps),
    schedule,
    guard: () => connection.guard,
    administration,
    observation,
    schemas,
    isBehindFronts,
    contractReports,
    calls,
  };
  listen(client, deps);
};

const publishingOf = (
  connection: Connection,
  requests: OpenRequests,
  { publishGate, schedule, refusals }: RequestDeps,
): Publishing => {
  const { identity, tokenValidity, rate } = connection;
  const charge = (cost: Cost): void => {
    rate.take(cost);
    tokenValidity.check();
  };
  const client = identity.producers;
  const guard = (): Guard => connection.guard;
  return new Publishing(publishGate, { guard, schedule, requests, charge, refusals, client });
};

const listen = (client: Client, deps: AnsweringDeps): void => {
  const { connection, session } = client;
  connection.socket.use((packet: readonly unknown[]) => {
    if (!connection.socket.connected) return;
    const [event, ...given] = packet;
    const [verb, handler] = handlerOf(client, event);
    void answerRequest({ verb, given, bytes: requestSize(packet), handler }, connection, {
      audit: deps.audit,
      refusals: deps.refusals,
      onError: deps.onError,
      onCallsRefused: (calls, error) => session.calls.calling.refuseAll(calls, error),
    });
  });
};

/** As it came. */
export interface ReceivedRequest {
  readonly verb: string;
  /** With the callback, if the client passed one. */
  readonly given: readonly unknown[];
  /** On the wire. */
  readonly bytes: number;
}

export interface AnsweringDeps extends Pick<RequestDeps, 'audit' | 'refusals' | 'onError'> {
  /** A request for several calls was refused as a whole. */
  readonly onCallsRefused?: (calls: unknown, error: unknown) => void;
}

/** Answers a request: charged to its principal, counted and audited. Never rejects. */
export const answerRequest = (
  { verb, given, bytes, handler }: ReceivedRequest & { readonly handler: Handler },
  { tokenValidity, rate, identity, address }: Connection,
  { audit, refusals, onError, onCallsRefused }: AnsweringDeps,
): Promise<void> => {
  const caller = { client: identity.name, principal: tokenValidity.principal.name, address };
  return answer(given, {
    admit: (args) => {
      chargeRequest(rate, verb, args, bytes);
      checkToken(tokenValidity, verb, args);
    },
    handler,
    ended: (args, error) => {
      if (error !== undefined) refusals.add(error instanceof QueueError ? error.code : 'internal');
      if (error instanceof QueueError) chargeRefusal(rate, verb, error, bytes);
      else if (error !== undefined) onError(error);
      if (error !== undefined && verb === 'calls') onCallsRefused?.(args[1], error);
      const audited = auditedRequest(verb, args, error);
      if (audited !== undefined) audit[audited.kind]({ ...caller, ...audited });
    },
    onError,
  });
};

const handlerOf = (client: Client, event: unknown): [verb: string, Handler] => {
  if (isKnown(event)) return [event, clientRequests[event](client)];
  if (event === FINISH && client.isBehindFronts) return [FINISH, finish(client)];
  return ['request', unknownRequest(event)];
};

const finish =
  ({ session }: Client): Handler =>
  (finishing) =>
    // Safe: fronts send it so, and pass it on from no client.
    session.finish(finishing as Finishing);

const isKnown = (event: unknown): event is keyof typeof clientRequests =>
  typeof event === 'string' && Object.hasOwn(clientRequests, event);

/**
 * Requests that need no valid token: a position says only how far the client has read, and the others go on with calls
 * that were made and handed out before.
 */
const WITHOUT_TOKEN: readonly string[] = [
  'authenticate',
  'position',
  'call:cancel',
  'call:more',
  'replies',
  FINISH,
];

export const needsToken = (verb: string): boolean => !WITHOUT_TOKEN.includes(verb);

const checkToken = (tokenValidity: TokenValidity, verb: string, args: readonly unknown[]): void => {
  if (needsToken(verb) && !isFrame(verb, args)) tokenValidity.check();
};

const chargeRefusal = (rate: ClientRate, verb: string, error: QueueError, bytes: number): void => {
  rate.refused(error, bytes);
  if (verb === 'position') rate.takeControl(0);
};

export const unknownRequest =
  (event: unknown): Handler =>
  () => {
    throw new QueueError('request_invalid', `The server knows no request "${String(event).slice(0, 100)}".`);
  };

/** The steps of answering a request: admission, handler, and what follows its result. */
export interface Answering {
  /** Before the handler. What it throws is the answer. */
  readonly admit: (args: readonly unknown[]) => void;
  readonly handler: Handler;
  /** Before the answer. `error`: why the request failed. */
  readonly ended: (args: readonly unknown[], error?: unknown) => void;
  /** The answer cannot be sent. */
  readonly onError: (error: unknown) => void;
}

/** Answers with the handler's value or error, if the client passed a callback; never rejects. */
export const answer = async (
  given: readonly unknown[],
  { admit, handler, ended, onError }: Answering,
): Promise<void> => {
  const last = given.at(-1);
  const callback = typeof last === 'function' ? last : undefined;
  const args = callback === undefined ? given : given.slice(0, -1);
  let result: Result<unknown>;
  let error: unknown;
  try {
    admit(args);
    result = ok(await handler(...args));
  } catch (thrown) {
    error = thrown;
    result = failed(thrown);
  }
  try {
    ended(args, error);
    callback?.(result);
  } catch (thrown) {
    // A rejection would end the process.
    onError(thrown);
  }
};
