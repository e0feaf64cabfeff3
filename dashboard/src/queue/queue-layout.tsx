import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useParams } from '@tanstack/react-router';
import { queueOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { Text } from '../text/text.js';

/** What is around all pages of a queue: its name and its tabs. */
export const QueueLayout = () => {
  const { queue } = useParams({ from: '/queues/$queue' });
  return (
    <>
      <h1>
        <Text>{queue}</Text>
      </h1>
      <Tabs queue={queue} />
      <Outlet />
    </>
  );
};

const Tabs = ({ queue }: { queue: string }) => {
  const { data } = useQuery(queueOf(useClient(), queue));
  const params = { queue };
  return (
    <nav className="tabs" aria-label="Queue">
      <Link to="/queues/$queue" params={params} activeOptions={{ exact: true, includeSearch: false }}>
        Live
      </Link>
      {data?.rights.publish !== false && (
        <Link to="/queues/$queue/publish" params={params}>
          Publish
        </Link>
      )}
      <Link to="/queues/$queue/groups" params={params}>
        Groups
      </Link>
      <Link to="/queues/$queue/dead-letters" params={params}>
        Dead letters
      </Link>
      <Link to="/queues/$queue/contract" params={params}>
        Contract
      </Link>
    </nav>
  );
};
