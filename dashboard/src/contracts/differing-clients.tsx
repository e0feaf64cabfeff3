import { useQuery } from '@tanstack/react-query';
import type { DifferingClient } from '@typed-queue/contracts';
import { Failure } from '../layout/failure.js';
import { differingClientsOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { columnsOf } from '../tables/columns.js';
import { DataTable } from '../tables/data-table.js';
import { counted } from '../text/quantity.js';
import { Text } from '../text/text.js';
import { momentText } from '../text/time.js';
import { adviceFor, differenceText, usesText } from './difference-text.js';

const Differences = ({ events, otherEvents }: DifferingClient) => (
  <ul className="differences">
    {events.map((difference) => (
      <li key={difference.event}>
        <Text most={300}>{differenceText(difference)}</Text>
      </li>
    ))}
    {otherEvents > 0 && <li>{counted(otherEvents, 'more event')}</li>}
  </ul>
);

const column = columnsOf<DifferingClient>();
const columns = column.columns([
  column.accessor('client', { header: 'Client', cell: ({ getValue }) => <Text>{getValue()}</Text> }),
  column.accessor('principal', { header: 'Key', cell: ({ getValue }) => <Text>{getValue()}</Text> }),
  column.accessor(usesText, {
    id: 'use',
    header: 'Use',
    cell: ({ getValue }) => <Text most={300}>{getValue()}</Text>,
  }),
  column.display({
    id: 'events',
    header: 'What differs',
    cell: ({ row: { original } }) => <Differences {...original} />,
  }),
  column.accessor(adviceFor, { id: 'advice', header: 'What to do' }),
  column.accessor('hash', {
    header: 'Version',
    cell: ({ getValue }) => (
      <code title={getValue()}>
        <Text>{getValue().slice(0, 12)}</Text>
      </code>
    ),
  }),
  column.display({
    id: 'time',
    header: 'Since',
    cell: ({ row: { original } }) => momentText(original.time),
  }),
]);

/** The connected clients whose contract of a queue differs from the server's; nothing where there are none. */
export const DifferingClients = ({ queue, count }: { queue: string; count: number }) => {
  const { data, error } = useQuery({ ...differingClientsOf(useClient(), queue), enabled: count > 0 });
  if (count === 0) return null;
  return (
    <section className="wrapping" aria-label="Clients whose contract differs">
      <h3>Clients whose contract differs</h3>
      {error !== null && <Failure error={error} isShownOld={data !== undefined} />}
      {data !== undefined && (
        <DataTable
          label={`Clients of ${queue} whose contract differs`}
          columns={columns}
          rows={data.clients}
        />
      )}
      {data !== undefined && data.others > 0 && (
        <p className="quiet">{counted(data.others, 'more client')}</p>
      )}
    </section>
  );
};
