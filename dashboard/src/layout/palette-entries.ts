import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { descriptionOf, groupsOf, overviewOf, queueOf } from '../session/queries.js';
import { NEEDED, suffice } from '../session/rights.js';
import { useClient } from '../session/session-context.js';
import { paletteEntries, soughtBy, type PaletteEntry, type Searched } from './palette-search.js';
import { usePaused } from './paused.js';

interface Found {
  readonly entries: readonly PaletteEntry[];
  /** Whether more may be found. */
  readonly isSearching: boolean;
}

/**
 * What a search finds: pages and queues by their names; pages, groups, events and messages of the queue in view or of the one
 * that is named. The server is asked when no key was pressed for a while, and for a bounded part.
 */
export const usePaletteEntries = (search: string): Found => {
  const { queue } = useParams({ strict: false });
  const paused = usePaused(search);
  const { isFetching, ...searched } = useSearched(paused, queue);
  const isSearching = isFetching || paused !== search;
  return { entries: paletteEntries(soughtBy(search, queue), searched), isSearching };
};

const useSearched = (search: string, inView: string | undefined): Searched & { isFetching: boolean } => {
  const client = useClient();
  const { name, queue = '' } = soughtBy(search, inView);
  const found = useQuery(overviewOf(client, { search: name, limit: 20 }));
  const row = useQuery({ ...queueOf(client, queue), enabled: queue !== '' });
  const rights = row.data?.rights;
  const groups = useQuery({
    ...groupsOf(client, queue),
    enabled: rights !== undefined && suffice(rights, NEEDED.seeGroups),
  });
  const contract = useQuery({ ...descriptionOf(client, queue), enabled: rights !== undefined });
  return {
    queues: found.data?.queues ?? [],
    groups: (groups.data ?? []).map(({ group }) => group),
    events: Object.keys(contract.data?.events ?? {}),
    rights,
    isFetching: [found, row, groups, contract].some(({ isLoading }) => isLoading) || found.isPlaceholderData,
  };
};
