import type { ClientToServerEvents, Contract } from '@typed-queue/contracts';
import type { Redriven, RedriveRequest } from '@typed-queue/contracts/wire';
import type { Calls } from '../calls/calls.js';
import type { Administration } from '../delivery/administration.js';
import type { Guard } from '../guard/guard.js';
import {
  parseDeadLetterQuery,
  parseDeadLetterRequest,
  parseGroupName,
  parseGroupQuery,
  parseHistoryQuery,
  parseMessageId,
  parseMessageQuery,
  parseOverviewQuery,
  parsePurgeLimit,
  parseRedriveRequest,
  parseScheduledQuery,
  parseScheduleName,
  parseSeq,
  parseStart,
} from '../guard/requests.js';
import type { Observation } from '../overview/observation.js';
import type { Schedule } from '../schedule/schedule.js';
import type { Handler, OpenRequests } from './open-requests.js';
import { isAction } from './request-audit.js';

type AdministrationRequest = Extract<
  keyof ClientToServerEvents<Contract>,
  | 'queues'
  | 'overview'
  | 'history'
  | 'message'
  | 'seq-at'
  | 'groups'
  | 'services'
  | `group:${string}`
  | `queue:${string}`
  | 'dead-letters'
  | `dead-letters:${string}`
  | 'scheduled'
  | `scheduled:${string}`
  | 'schedules'
  | `schedules:${string}`
>;

const done = async (doing: Promise<void>): Promise<null> => {
  await doing;
  return null;
};

/** What the requests of an operator act on. */
export interface Operator {
  /** With the current rights of the client. */
  readonly guard: () => Guard;
  readonly administration: Administration;
  readonly observation: Observation;
  readonly requests: OpenRequests;
  readonly calls: Pick<Calls, 'services'>;
  readonly schedule: Pick<Schedule, 'list' | 'peek' | 'cancel' | 'recurring'>;
}

const queueOf = ({ guard }: Operator, input: unknown): string => guard().administered(input).name;

const redrive = (
  administration: Administration,
  queue: string,
  { payload, ...request }: RedriveRequest,
): Promise<Redriven> => {
  const [position] = request.positions ?? [];
  if (payload === undefined || position === undefined) return administration.redrive(queue, request);
  return administration.redriveEdited(queue, { position, payload, dryRun: request.dryRun ?? false });
};

const handlers: Record<AdministrationRequest, (operator: Operator, ...args: readonly unknown[]) => unknown> =
  {
    queues: ({ administration, guard }) => administration.queues(guard()),
    overview: ({ observation, guard }, query) => observation.overview(parseOverviewQuery(query), guard()),
    history: ({ observation, guard }, query) => {
      const { queue } = parseHistoryQuery(query);
      return observation.history(queue === undefined ? {} : { queue: guard().queue(queue).name }, guard());
    },
    message: ({ administration, guard }, queue, seq, query) =>
      administration.message(guard().tailed(queue).name, parseSeq(seq), {
        query: parseMessageQuery(query),
        visibility: guard(),
      }),
    'seq-at': ({ administration, guard }, queue, start) =>
      administration.seqAt(guard().withPositions(queue).name, parseStart(start)),
    groups: ({ administration, guard }, queue, query) =>
      administration.groups(guard().withGroups(queue).name, parseGroupQuery(query), guard()),
    services: ({ calls, guard }, queue) => calls.services(guard().administered(queue).name),
    'group:seek': (operator, queue, group, to) =>
      done(operator.administration.seek(queueOf(operator, queue), parseGroupName(group), parseStart(to))),
    'group:pause': (operator, queue, group) =>
      done(operator.administration.pause(queueOf(operator, queue), parseGroupName(group), true)),
    'group:resume': (operator, queue, group) =>
      done(operator.administration.pause(queueOf(operator, queue), parseGroupName(group), false)),
    'group:delete': (operator, queue, group) =>
      done(operator.administration.delete(queueOf(operator, queue), parseGroupName(group))),
    'queue:purge': (operator, queue, before) =>
      operator.administration.purge(queueOf(operator, queue), parsePurgeLimit(before)),
    'dead-letters': (operator, queue, query) =>
      operator.administration.deadLetters(queueOf(operator, queue), parseDeadLetterQuery(query)),
    'dead-letters:summary': (operator, queue) =>
      operator.administration.deadLetterSummary(queueOf(operator, queue)),
    'dead-letters:redrive': (operator, queue, request) =>
      redrive(operator.administration, queueOf(operator, queue), parseRedriveRequest(request)),
    'dead-letters:discard': (operator, queue, request) =>
      operator.administration.discard(queueOf(operator, queue), parseDeadLetterRequest(request)),
    scheduled: (operator, queue, query) =>
      operator.schedule.list(queueOf(operator, queue), parseScheduledQuery(query)),
    'scheduled:peek': (operator, queue, id) =>
      operator.schedule.peek(queueOf(operator, queue), parseMessageId(id)),
    'scheduled:cancel': async (operator, queue, id) => ({
      cancelled: await operator.schedule.cancel(queueOf(operator, queue), parseMessageId(id)),
    }),
    schedules: ({ schedule, guard }, input) => {
      const queue = input === null || input === undefined ? undefined : guard().administered(input).name;
      const { recurring } = schedule;
      return recurring.list((of) => (queue === undefined ? guard().mayAdminister(of) : of === queue));
    },
    'schedules:put': ({ schedule, guard }, queue, name, definition) => {
      const checked = guard().administered(queue).recurring(definition);
      return schedule.recurring.put(parseScheduleName(name), checked, (of) => guard().mayAdminister(of));
    },
    'schedules:delete': async ({ schedule, guard }, name) => ({
      deleted: await schedule.recurring.delete(parseScheduleName(name), (of) => guard().mayAdminister(of)),
    }),
  };

/** The requests of operators. */
// Safe: the keys are those of the handlers.
export const administrationRequests = Object.fromEntries(
  Object.entries(handlers).map(([event, handle]) => [
    event,
    (operator: Operator): Handler => {
      const handler: Handler = (...args) => handle(operator, ...args);
      // Many are cancelled together, and the answer is small.
      if (event === 'scheduled:cancel') return operator.requests.bounded(handler);
      return isAction(event) ? operator.requests.costly(handler) : operator.requests.reading(handler);
    },
  ]),
) as Record<AdministrationRequest, (operator: Operator) => Handler>;
