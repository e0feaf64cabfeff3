import type { ClientToServerEvents, Contract } from '@typed-queue/contracts';
import type { Administration } from '../delivery/administration.js';
import type { Guard } from '../guard/guard.js';
import {
  parseDeadLetterQuery,
  parseDeadLetterRequest,
  parseGroupName,
  parseGroupQuery,
  parsePurgeLimit,
  parseStart,
} from '../guard/requests.js';
import type { Handler, OpenRequests } from './open-requests.js';
import { isAction } from './request-audit.js';

type AdministrationRequest = Extract<
  keyof ClientToServerEvents<Contract>,
  'queues' | 'groups' | `group:${string}` | `queue:${string}` | 'dead-letters' | `dead-letters:${string}`
>;

const done = async (doing: Promise<void>): Promise<null> => {
  await doing;
  return null;
};

/** The requests of operators. */
export const administrationRequests = (
  guard: () => Guard,
  administration: Administration,
  requests: OpenRequests,
): Record<AdministrationRequest, Handler> => {
  const queueOf = (input: unknown): string => guard().administered(input).name;
  const handlers: Record<AdministrationRequest, Handler> = {
    queues: () => administration.queues(guard()),
    groups: (queue, query) =>
      administration.groups(guard().withGroups(queue).name, parseGroupQuery(query), guard()),
    'group:seek': (queue, group, to) =>
      done(administration.seek(queueOf(queue), parseGroupName(group), parseStart(to))),
    'group:pause': (queue, group) => done(administration.pause(queueOf(queue), parseGroupName(group), true)),
    'group:resume': (queue, group) =>
      done(administration.pause(queueOf(queue), parseGroupName(group), false)),
    'group:delete': (queue, group) => done(administration.delete(queueOf(queue), parseGroupName(group))),
    'queue:purge': (queue, before) => administration.purge(queueOf(queue), parsePurgeLimit(before)),
    'dead-letters': (queue, query) => administration.deadLetters(queueOf(queue), parseDeadLetterQuery(query)),
    'dead-letters:redrive': (queue, request) =>
      administration.redrive(queueOf(queue), parseDeadLetterRequest(request)),
    'dead-letters:discard': (queue, request) =>
      administration.discard(queueOf(queue), parseDeadLetterRequest(request)),
  };
  // Safe: the keys are those of the handlers.
  return Object.fromEntries(
    Object.entries(handlers).map(([event, handler]) => [
      event,
      isAction(event) ? requests.costly(handler) : requests.reading(handler),
    ]),
  ) as typeof handlers;
};
