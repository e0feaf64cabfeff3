import { QueueError, type ClientToServerEvents, type Contract } from '@typed-queue/contracts';
import {
  parseCall,
  parseCallId,
  parseCallIds,
  parseCalls,
  parseItems,
  parseReplies,
  parseResponder,
  parseServe,
} from '../../guard/call-requests.js';
import { parseAuthentication, parseHistoryQuery, parseSubscriptionName } from '../../guard/requests.js';
import { existingResponder, unknownResponder } from '../../transport/responding.js';
import type { FrontClient, FrontRequest } from './front-client.js';
import { grouped } from './grouped.js';
import { mergedRoutes } from './merged-routes.js';
import { unitOf } from './queue-unit.js';
import { passAnswer, relayed } from './relay.js';

/** Passes a request on, or answers it. What it throws is the answer. */
export type Route = (client: FrontClient, request: FrontRequest) => void;

const byQueue: Route = (client, request) => client.forward(unitOf(client.guard, request.args[0]), request);

const bySubscription: Route = (client, request) => {
  const { queue } = client.subscriptions.get(parseSubscriptionName(request.args[0]));
  client.forward(queue, request);
};

const subscribing =
  (
    parse: (client: FrontClient, input: unknown) => { readonly subscription: string; readonly queue: string },
  ): Route =>
  (client, request) => {
    const { subscription, queue: name } = parse(client, request.args[0]);
    const queue = unitOf(client.guard, name);
    relayed(client, request, () =>
      client.subscriptions.open(subscription, async () => {
        await passAnswer(client, queue, request);
        return { queue };
      }),
    );
  };

const unsubscribe: Route = (client, request) => {
  const { queue } = client.subscriptions.remove(parseSubscriptionName(request.args[0]));
  client.forward(queue, request);
};

const serve: Route = (client, request) => {
  const { responder, queue: name } = parseServe(request.args[0]);
  const queue = unitOf(client.guard, name);
  if (client.responders.has(responder)) throw existingResponder(responder);
  client.responders.set(responder, queue);
  relayed(client, request, async () => {
    try {
      await passAnswer(client, queue, request);
    } catch (error) {
      client.responders.delete(responder);
      throw error;
    }
  });
};

const serveEnd: Route = (client, request) => {
  const responder = parseResponder(request.args[0]);
  const queue = client.responders.get(responder);
  if (queue === undefined) throw unknownResponder(responder);
  client.responders.delete(responder);
  client.forward(queue, request);
};

const call: Route = (client, request) => {
  const [name, input] = request.args;
  if (!client.guard.knows(name)) parseCall(input);
  byQueue(client, request);
};

const calls: Route = (client, request) => {
  const [name, input] = request.args;
  const made = parseCalls(input);
  const queue = unitOf(client.guard, name);
  const isElsewhere = (id: number): boolean => (client.calls.queueOf(id) ?? queue) !== queue;
  const doubled = made.filter(({ id }) => isElsewhere(id));
  if (doubled.length > 0) {
    client.connection.socket.emit(
      'answers',
      doubled.map(({ id }) => ({ id, kind: 'error', error: openAlready(id) })),
    );
  }
  const rest = made.filter(({ id }) => !isElsewhere(id));
  for (const { id } of rest) client.calls.open(id, queue);
  const onRefused = (error: unknown): void => {
    for (const { id } of rest) client.calls.end(id);
    client.refuse(request, error);
  };
  if (rest.length === made.length) client.forward(queue, request, onRefused);
  else client.forwardAs(queue, request, [name, rest]);
};

const openAlready = (id: number) =>
  new QueueError('request_invalid', `This connection has an open call ${id} already.`).toJSON();

/** It changes nothing, and is charged as such. */
const ignored: Route = (client, request) =>
  client.answer(request, () => {
    client.connection.rate.takeControl(0);
    return null;
  });

const callCancel: Route = (client, request) => {
  const byUnit = grouped<number, string | undefined>(parseCallIds(request.args[0]), (id) =>
    client.calls.queueOf(id),
  );
  byUnit.delete(undefined);
  shared(client, request, byUnit);
};

const callMore: Route = (client, request) => {
  const queue = client.calls.queueOf(parseCallId(request.args[0]));
  parseItems(request.args[1]);
  if (queue === undefined) ignored(client, request);
  else client.forward(queue, request);
};

const replies: Route = (client, request) => {
  const byUnit = new Map<string | undefined, unknown[]>();
  for (const reply of parseReplies(request.args[0])) {
    const invocation = client.links.invocationOf(reply.token);
    if (invocation === undefined) continue;
    const { queue, token } = invocation;
    byUnit.set(queue, [...(byUnit.get(queue) ?? []), { ...reply, token }]);
  }
  shared(client, request, byUnit);
};

/** Sends each unit its part of a list. */
const shared = (
  client: FrontClient,
  request: FrontRequest,
  byUnit: ReadonlyMap<string | undefined, readonly unknown[]>,
): void => {
  const parts = [...byUnit].flatMap(([queue, list]) => (queue === undefined ? [] : [{ queue, list }]));
  const [only] = parts;
  if (only === undefined) ignored(client, request);
  else if (parts.length === 1) client.forwardAs(only.queue, request, [only.list]);
  else {
    client.answer(request, async () => {
      await Promise.all(parts.map(({ queue, list }) => client.ask(queue, request.verb, list)));
      return null;
    });
  }
};

const authenticate: Route = (client, request) =>
  client.answer(
    request,
    client.requests.bounded(async (input) => {
      await client.show(parseAuthentication(input).token);
      return null;
    }),
  );

const history: Route = (client, request) => {
  const { queue } = parseHistoryQuery(request.args[0]);
  if (queue === undefined) mergedRoutes.history(client, request);
  else client.forward(unitOf(client.guard, queue), request);
};

const schedules: Route = (client, request) => {
  const [queue] = request.args;
  if (queue === null || queue === undefined) mergedRoutes.schedules(client, request);
  else byQueue(client, request);
};

/** One table of all requests: a new one has to say where it goes. */
const routes: Record<keyof ClientToServerEvents<Contract>, Route> = {
  publish: byQueue,
  'publish:frame': byQueue,
  'publish:batch': byQueue,
  'publish:batch:frame': byQueue,
  'publish:expected': byQueue,
  'publish:expected:frame': byQueue,
  schedule: byQueue,
  subscribe: subscribing(({ guard }, input) => guard.subscribe(input)),
  pause: bySubscription,
  settle: bySubscription,
  tail: subscribing(({ guard }, input) => guard.tail(input)),
  position: bySubscription,
  unsubscribe,
  call,
  calls,
  'call:cancel': callCancel,
  'call:more': callMore,
  serve,
  'serve:end': serveEnd,
  replies,
  services: byQueue,
  authenticate,
  contract: byQueue,
  'contract:clients': byQueue,
  queues: mergedRoutes.queues,
  overview: mergedRoutes.overview,
  history,
  message: byQueue,
  'seq-at': byQueue,
  groups: byQueue,
  'group:seek': byQueue,
  'group:pause': byQueue,
  'group:resume': byQueue,
  'group:delete': byQueue,
  'queue:purge': byQueue,
  'dead-letters': byQueue,
  'dead-letters:summary': byQueue,
  'dead-letters:redrive': byQueue,
  'dead-letters:discard': byQueue,
  scheduled: byQueue,
  'scheduled:peek': byQueue,
  'scheduled:cancel': byQueue,
  schedules,
  'schedules:put': mergedRoutes['schedules:put'],
  'schedules:delete': mergedRoutes['schedules:delete'],
};

/** Undefined: there is no such request. */
export const routeOf = (event: unknown): Route | undefined =>
  typeof event === 'string' && Object.hasOwn(routes, event)
    ? routes[event as keyof typeof routes]
    : undefined;
