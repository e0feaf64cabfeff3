import { useQuery } from '@tanstack/react-query';
import { groupsOf, overviewOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { paletteEntries, searched, type PaletteEntry } from './palette-search.js';

/** What a search finds: pages and queues by their names, and after `queue/` the groups of the queue. */
export const usePaletteEntries = (search: string): readonly PaletteEntry[] => {
  const client = useClient();
  const { queue, group } = searched(search);
  const found = useQuery(overviewOf(client, { search: queue, limit: 20 }));
  const queues = (found.data?.queues ?? []).map((each) => each.queue);
  const isGroup = group !== undefined && queues.includes(queue);
  const groups = useQuery({ ...groupsOf(client, queue), enabled: isGroup });
  return paletteEntries(search, queues, isGroup ? (groups.data ?? []).map((each) => each.group) : []);
};
