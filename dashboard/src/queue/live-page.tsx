import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Asked } from '../layout/asked.js';
import { Empty } from '../layout/empty.js';
import { Loading } from '../layout/loading.js';
import { descriptionOf } from '../session/queries.js';
import { useQueueClient } from '../session/queue-client.js';
import type { Client } from '../session/session.js';
import { useClient } from '../session/session-context.js';
import { LiveList } from './live-list.js';
import { liveSearch, type LiveSearch } from './live-search.js';
import { SearchForm } from './search-form.js';
import { useLiveFeed } from './use-live-feed.js';

/** What is published, as it comes. */
export const LivePage = () => {
  const { queue } = useParams({ from: '/queues/$queue/' });
  const search = useSearch({ from: '/queues/$queue/', select: liveSearch });
  const answer = useQuery(descriptionOf(useClient(), queue));
  const events = useMemo(() => Object.keys(answer.data?.events ?? {}), [answer.data]);
  const client = useQueueClient(queue, events);
  return (
    <Asked answer={answer}>
      {() => (
        <>
          <SearchForm key={JSON.stringify([queue, search])} queue={queue} search={search} events={events} />
          {search.event !== undefined && !events.includes(search.event) ? (
            <Empty>The queue has no event of this name, or not for you.</Empty>
          ) : (
            client !== undefined && <Feed client={client} queue={queue} search={search} />
          )}
        </>
      )}
    </Asked>
  );
};

const Feed = ({ client, queue, search }: { client: Client; queue: string; search: LiveSearch }) => {
  const feed = useLiveFeed(client, queue, search);
  return feed === undefined ? <Loading /> : <LiveList feed={feed} queue={queue} />;
};
