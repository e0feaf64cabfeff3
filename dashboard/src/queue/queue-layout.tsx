import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useMatches, useParams } from '@tanstack/react-router';
import type { OwnRights } from '@typed-queue/contracts';
import { Empty } from '../layout/empty.js';
import { Failure } from '../layout/failure.js';
import { Loading } from '../layout/loading.js';
import { queueOf } from '../session/queries.js';
import { queuePages } from '../session/queue-pages.js';
import { NEEDED, neededText, suffice } from '../session/rights.js';
import { useClient } from '../session/session-context.js';
import { Text } from '../text/text.js';

/** What is around all pages of a queue: its name, and the tabs that the viewer has a right to. */
export const QueueLayout = () => {
  const { queue } = useParams({ from: '/queues/$queue' });
  const { data, error } = useQuery(queueOf(useClient(), queue));
  return (
    <>
      <h1>
        <Text>{queue}</Text>
      </h1>
      {data === undefined && (error === null ? <Loading /> : <Failure error={error} />)}
      {data === null && <Empty>The server has no queue of this name, or not for you.</Empty>}
      {data && (
        <>
          <Tabs queue={queue} rights={data.rights} />
          <PermittedPage rights={data.rights} />
        </>
      )}
    </>
  );
};

/** The page, or which right it needs. */
const PermittedPage = ({ rights }: { rights: OwnRights }) => {
  const needed = useMatches({ select: (matches) => matches.at(-1)?.staticData.needs }) ?? NEEDED.any;
  return suffice(rights, needed) ? <Outlet /> : <Empty>{neededText('This page', needed)}</Empty>;
};

const Tabs = ({ queue, rights }: { queue: string; rights: OwnRights }) => (
  <nav className="tabs" aria-label="Queue">
    {queuePages(rights).map(({ name, to }) => (
      <Link
        key={name}
        to={to}
        params={{ queue }}
        activeOptions={{ exact: to === '/queues/$queue', includeSearch: false }}
      >
        {name}
      </Link>
    ))}
  </nav>
);
