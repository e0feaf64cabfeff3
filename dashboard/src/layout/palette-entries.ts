import { useQuery } from '@tanstack/react-query';
import { groupsOf, queuesOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { paletteEntries, searched, type PaletteEntry } from './palette-search.js';

/** What a search finds: pages and queues by their names, and after `queue/` the groups of the queue. */
export const usePaletteEntries = (search: string): readonly PaletteEntry[] => {
  const client = useClient();
  const { queue, group } = searched(search);
  const queues = useQuery(queuesOf(client));
  const names = (queues.data ?? []).map((each) => each.queue);
  const isGroup = group !== undefined && names.includes(queue);
  const groups = useQuery({ ...groupsOf(client, queue), enabled: isGroup });
  return paletteEntries(search, names, isGroup ? (groups.data ?? []).map((each) => each.group) : []);
};
