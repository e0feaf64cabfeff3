import { queryOptions } from '@tanstack/react-query';
import type { Client } from '../session/session.js';

/** Milliseconds between two looks. The answer has the payloads of all schedules. */
const SOMETIMES = 10_000;

/** All schedules of queues that the viewer administers, and when they were seen by the viewer's clock. */
export const schedulesOf = ({ admin }: Client) =>
  queryOptions({
    queryKey: ['schedules'],
    queryFn: async ({ signal }) => ({
      schedules: await admin.schedules.list(undefined, { signal }),
      at: Date.now(),
    }),
    refetchInterval: SOMETIMES,
  });
