import type { History, Overview, QueueOverview, QueueStatus, ScheduleStatus } from '@typed-queue/contracts';
import { parseOverviewQuery, parseScheduleName } from '../../guard/requests.js';
import type { FrontClient, FrontRequest } from './front-client.js';
import { mergedHistory } from './merged-history.js';
import { mergedOverview } from './merged-overview.js';
import { unitOf } from './queue-unit.js';
import { relay } from './relay.js';
import { askReachable, type UnitAnswers } from './unit-answers.js';
import { unreachableOverview, unreachableStatus } from './unreachable-queue.js';

type MergedRequest = 'queues' | 'overview' | 'history' | 'schedules' | 'schedules:put' | 'schedules:delete';

/** More than a unit has. */
const ALL_QUEUES = 100;

/** Asks all of the units of queues to which the client has any right. */
const askAll = async <Answer>(client: FrontClient, ...request: readonly unknown[]): Promise<Answer[]> =>
  // Safe: units answer a request in the form that the contract says.
  Promise.all(client.units.map((queue) => client.ask(queue, ...request) as Promise<Answer>));

const reading =
  (read: (client: FrontClient, request: FrontRequest) => Promise<unknown>) =>
  (client: FrontClient, request: FrontRequest): void =>
    client.answer(
      request,
      client.requests.reading(() => read(client, request)),
    );

const byName = <Named extends { readonly name: string }>(one: Named, other: Named): number =>
  one.name < other.name ? -1 : Number(one.name > other.name);

const unreachableIn = (
  { guard, deps }: FrontClient,
  { unreachable }: UnitAnswers<unknown>,
): readonly QueueOverview[] =>
  [...unreachable].flatMap(([queue, why]) => {
    const rights = guard.rightsTo(queue);
    const retention = deps.contract[queue]?.retention ?? {};
    return rights === undefined
      ? []
      : [unreachableOverview({ queue, unreachable: why }, { rights, retention })];
  });

/** The requests about all queues: each unit is asked, and their answers are one. */
export const mergedRoutes: Record<MergedRequest, (client: FrontClient, request: FrontRequest) => void> = {
  queues: reading(async (client) => {
    const { answers, unreachable } = await askReachable<readonly QueueStatus[]>(client, 'queues');
    const others = [...unreachable].map(([queue, why]) => unreachableStatus({ queue, unreachable: why }));
    const statuses = [...answers.flat(), ...others];
    const order = client.guard.queues;
    return statuses.sort((one, other) => order.indexOf(one.queue) - order.indexOf(other.queue));
  }),
  overview: reading(async (client, { args }) => {
    const query = parseOverviewQuery(args[0]);
    const asked = await askReachable<Overview>(client, 'overview', { limit: ALL_QUEUES });
    const seesServer = client.units.length === client.deps.queues.length;
    const { connections, budget } = client.deps;
    const memory = { used: budget.used, budget: budget.bytes };
    return mergedOverview(asked.answers, query, {
      seesServer,
      connections: connections(),
      memory,
      unreachable: unreachableIn(client, asked),
    });
  }),
  history: reading(async (client) => {
    const { answers, unreachable } = await askReachable<History>(client, 'history');
    const merged = mergedHistory(answers);
    return unreachable.size === 0 ? merged : { ...merged, unreachable: [...unreachable.keys()] };
  }),
  schedules: reading(async (client) =>
    (await askAll<readonly ScheduleStatus[]>(client, 'schedules', null)).flat().sort(byName),
  ),
  /** A name is of one schedule of all queues. */
  'schedules:put': (client, request) => {
    const [name, schedule] = request.args;
    const queue = unitOf(client.guard, name);
    relay(client, request, async () => {
      const status = await client.ask(queue, request.verb, ...request.args);
      const former = (await queuesOfSchedule(client, schedule)).filter((other) => other !== queue);
      await Promise.all(former.map((other) => client.ask(other, 'schedules:delete', schedule)));
      return status;
    });
  },
  /** Asked of one unit, so that it is done, and audited, once. */
  'schedules:delete': (client, request) => {
    const name = parseScheduleName(request.args[0]);
    relay(client, request, async () => {
      const [queue = client.units[0]] = await queuesOfSchedule(client, name);
      return queue === undefined ? { deleted: false } : client.ask(queue, request.verb, name);
    });
  },
};

const queuesOfSchedule = async (client: FrontClient, name: unknown): Promise<readonly string[]> => {
  const schedules = (await askAll<readonly ScheduleStatus[]>(client, 'schedules', null)).flat();
  return schedules.filter((each) => each.name === name).map(({ queue }) => queue);
};
