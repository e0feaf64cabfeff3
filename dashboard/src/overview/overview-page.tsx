import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { QueueStatus } from '@typed-queue/contracts';
import { Failure } from '../layout/failure.js';
import { Loading } from '../layout/loading.js';
import { queuesOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { columnsOf } from '../tables/columns.js';
import { DataTable } from '../tables/data-table.js';
import { bytesText } from '../text/quantity.js';

const column = columnsOf<QueueStatus>();
const columns = column.columns([
  column.accessor('queue', {
    header: 'Queue',
    cell: ({ getValue }) => (
      <Link to="/queues/$queue" params={{ queue: getValue() }}>
        {getValue()}
      </Link>
    ),
  }),
  column.accessor('bytes', { header: 'Size', cell: ({ getValue }) => bytesText(getValue()) }),
  column.accessor('groups', { header: 'Groups' }),
]);

/** All queues and what needs attention. */
export const OverviewPage = () => {
  const { data, error } = useQuery(queuesOf(useClient()));
  return (
    <>
      <h1>Overview</h1>
      {error !== null && <Failure error={error} />}
      {data === undefined ? (
        <Loading />
      ) : (
        <DataTable label="Queues" columns={columns} rows={data} idOf={({ queue }) => queue} />
      )}
    </>
  );
};
