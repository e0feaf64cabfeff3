import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  HistoryQuery,
  MessageInGroup,
  OverviewQuery,
  QueueOverview,
  Start,
} from '@typed-queue/contracts';
import type { Client } from './session.js';

/** Milliseconds between two looks at what changes all the time. A hidden page looks at nothing. */
const OFTEN = 2_000;
/** The server measures every 10 seconds. */
const MEASURED = 10_000;

interface OverviewClient {
  readonly admin: Pick<Client['admin'], 'overview'>;
}

/** A page of queues, and what needs attention. */
export const overviewOf = ({ admin }: Client, query: OverviewQuery) =>
  queryOptions({
    queryKey: ['overview', query],
    queryFn: ({ signal }) => admin.overview(query, { signal }),
    refetchInterval: OFTEN,
    placeholderData: keepPreviousData,
  });

/** The figures of one queue; null: the server has none of this name, or shows it to others only. */
export const queueOf = (client: OverviewClient, queue: string) =>
  queryOptions({
    queryKey: ['queue', queue],
    queryFn: ({ signal }) => findQueue(client, queue, signal),
    refetchInterval: OFTEN,
  });

const findQueue = async (
  { admin }: OverviewClient,
  queue: string,
  signal: AbortSignal,
): Promise<QueueOverview | null> => {
  // The queue of exactly this name comes first.
  const { queues } = await admin.overview({ search: queue, limit: 1 }, { signal });
  return queues.find((each) => each.queue === queue) ?? null;
};

/** The last hour of a queue, or of all. */
export const historyOf = ({ admin }: Client, query: HistoryQuery = {}) =>
  queryOptions({
    queryKey: ['history', query],
    queryFn: ({ signal }) => admin.history(query, { signal }),
    refetchInterval: MEASURED,
  });

export const groupsOf = ({ admin }: Client, queue: string) =>
  queryOptions({
    queryKey: ['groups', queue],
    queryFn: ({ signal }) => admin.groups(queue, { signal }),
    refetchInterval: OFTEN,
  });

/** The calls of a queue, and when the server was asked. */
export const servicesOf = ({ admin }: Client, queue: string) =>
  queryOptions({
    queryKey: ['services', queue],
    queryFn: async ({ signal }) => ({
      services: await admin.services(queue, { signal }),
      at: performance.now(),
    }),
    refetchInterval: OFTEN,
  });

/** One message, and a page of what groups made of it; asked again while one of them has not settled it. */
export const messageOf = ({ admin }: Client, queue: string, seq: number, after?: string) =>
  queryOptions({
    queryKey: ['message', queue, seq, after],
    queryFn: ({ signal }) => admin.message(queue, seq, { after }, { signal }),
    refetchInterval: ({ state: { data } }) => data?.groups.some(isOpen) === true && OFTEN,
    placeholderData: keepPreviousData,
  });

const isOpen = ({ kind }: MessageInGroup): boolean =>
  kind === 'waiting' || kind === 'leased' || kind === 'retrying';

/** The seq that a start means now. */
export const seqAtOf = ({ admin }: Client, queue: string, start: Start) =>
  queryOptions({
    queryKey: ['seq-at', queue, start],
    queryFn: ({ signal }) => admin.seqAt(queue, start, { signal }),
    staleTime: OFTEN,
  });

/** The connected clients whose contract of a queue differs. */
export const differingClientsOf = ({ admin }: Client, queue: string) =>
  queryOptions({
    queryKey: ['differing-clients', queue],
    queryFn: ({ signal }) => admin.differingClients(queue, { signal }),
    refetchInterval: OFTEN,
  });

/** The events of a queue and their JSON Schemas. */
export const descriptionOf = ({ admin }: Client, queue: string) =>
  queryOptions({
    queryKey: ['description', queue],
    queryFn: ({ signal }) => admin.describe(queue, { signal }),
    staleTime: Infinity,
  });
