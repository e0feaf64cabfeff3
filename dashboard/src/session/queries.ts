import { queryOptions } from '@tanstack/react-query';
import type { Client } from './session.js';

/** Milliseconds between two looks at what changes all the time. A hidden page looks at nothing. */
const OFTEN = 2_000;

export const queuesOf = ({ admin }: Client) =>
  queryOptions({
    queryKey: ['queues'],
    queryFn: ({ signal }) => admin.queues({ signal }),
    refetchInterval: OFTEN,
  });

export const groupsOf = ({ admin }: Client, queue: string) =>
  queryOptions({
    queryKey: ['groups', queue],
    queryFn: ({ signal }) => admin.groups(queue, { signal }),
    refetchInterval: OFTEN,
  });

/** The events of a queue and their JSON Schemas. */
export const descriptionOf = ({ admin }: Client, queue: string) =>
  queryOptions({
    queryKey: ['description', queue],
    queryFn: ({ signal }) => admin.describe(queue, { signal }),
    staleTime: Infinity,
  });
