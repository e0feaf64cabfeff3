import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Empty } from '../layout/empty.js';
import { Failure } from '../layout/failure.js';
import { Loading } from '../layout/loading.js';
import { descriptionOf, queueOf } from '../session/queries.js';
import { useQueueClient } from '../session/queue-client.js';
import type { Client } from '../session/session.js';
import { useClient } from '../session/session-context.js';
import { LiveList } from './live-list.js';
import type { LiveSearch } from './live-search.js';
import { SearchForm } from './search-form.js';
import { useLiveFeed } from './use-live-feed.js';

/** What is published, as it comes. */
export const LivePage = () => {
  const { queue } = useParams({ from: '/queues/$queue/' });
  const search = useSearch({ from: '/queues/$queue/' });
  const administration = useClient();
  const { data, error } = useQuery(descriptionOf(administration, queue));
  const { data: figures } = useQuery(queueOf(administration, queue));
  const events = useMemo(() => Object.keys(data?.events ?? {}), [data]);
  const client = useQueueClient(queue, events);
  if (figures?.rights.tail === false) return <Empty>Reading needs the right tail of the queue.</Empty>;
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Loading />;
  return (
    <>
      <SearchForm key={JSON.stringify([queue, search])} queue={queue} search={search} events={events} />
      {client !== undefined && <Feed client={client} queue={queue} search={search} />}
    </>
  );
};

const Feed = ({ client, queue, search }: { client: Client; queue: string; search: LiveSearch }) => {
  const feed = useLiveFeed(client, queue, search);
  return feed === undefined ? <Loading /> : <LiveList feed={feed} queue={queue} />;
};
