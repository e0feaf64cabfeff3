import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ScheduledMessage, ScheduledPage, ScheduledReport } from '@typed-queue/contracts';
import type { ScheduledAdmin } from '@typed-queue/queue-client';
import type { Contract } from '@typed-queue/contracts';

/** Milliseconds between two looks: the server reads what waits from its disk for each. */
const SOMETIMES = 10_000;
/** The same when a message that is shown is due within a minute. */
const OFTEN = 2_000;
const MESSAGES = 50;

interface ScheduledClient {
  readonly admin: { readonly scheduled: Pick<ScheduledAdmin<Contract>, 'list' | 'peek'> };
}

/** An answer, and when it came by the clock of the viewer. */
interface Seen {
  readonly at: number;
}

const lookAfter = (next: Pick<ScheduledMessage, 'dueAt'> | undefined): number =>
  next !== undefined && next.dueAt - Date.now() < 60_000 ? OFTEN : SOMETIMES;

/** A page of the messages that wait, the next one first. */
export const waitingOf = ({ admin }: ScheduledClient, queue: string, after: string | undefined) =>
  queryOptions({
    queryKey: ['scheduled', queue, 'list', after],
    queryFn: async ({ signal }): Promise<ScheduledPage & Seen> => ({
      ...(await admin.scheduled.list(queue, { after, limit: MESSAGES }, { signal })),
      at: Date.now(),
    }),
    refetchInterval: ({ state }) => lookAfter(state.data?.messages[0]),
    placeholderData: keepPreviousData,
  });

/** A message as it was when it last waited. */
export interface SeenMessage extends Seen {
  readonly message: ScheduledReport;
  readonly isGone: boolean;
}

/** One message, which stays when it goes while it is shown; null: it was gone before. */
export const waitingMessage = ({ admin }: ScheduledClient, queue: string, id: string) =>
  queryOptions({
    queryKey: ['scheduled', queue, 'message', id],
    queryFn: async ({ signal, client, queryKey }): Promise<SeenMessage | null> => {
      const message = await admin.scheduled.peek(queue, id, { signal });
      if (message !== null) return { message, isGone: false, at: Date.now() };
      const before = client.getQueryData<SeenMessage | null>(queryKey);
      return before ? { ...before, isGone: true } : null;
    },
    refetchInterval: ({ state }) => lookAfter(state.data?.message),
  });
