import { useQuery } from '@tanstack/react-query';
import type { OwnRights } from '@typed-queue/contracts';
import { queueOf } from './queries.js';
import { useClient } from './session-context.js';

/** What the viewer may do with a queue; undefined: not known yet, or nothing. */
export const useRights = (queue: string): OwnRights | undefined =>
  useQuery(queueOf(useClient(), queue)).data?.rights;
