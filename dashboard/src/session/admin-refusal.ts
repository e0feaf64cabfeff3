import { useQuery } from '@tanstack/react-query';
import { queueOf } from './queries.js';
import { useClient } from './session-context.js';

/** Why the viewer may not administer a queue; undefined: it may. */
export const useAdminRefusal = (queue: string): string | undefined => {
  const { data } = useQuery(queueOf(useClient(), queue));
  return data?.rights.admin === true ? undefined : 'This needs the right admin of the queue.';
};
