import { Link, Outlet, useParams } from '@tanstack/react-router';
import { Text } from '../text/text.js';

/** What is around all pages of a queue: its name and its tabs. */
export const QueueLayout = () => {
  const { queue } = useParams({ from: '/queues/$queue' });
  const params = { queue };
  return (
    <>
      <h1>
        <Text>{queue}</Text>
      </h1>
      <nav className="tabs" aria-label="Queue">
        <Link to="/queues/$queue" params={params} activeOptions={{ exact: true }}>
          Live
        </Link>
        <Link to="/queues/$queue/publish" params={params}>
          Publish
        </Link>
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
      <Outlet />
    </>
  );
};
