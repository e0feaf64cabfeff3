import type { ResponderStatus } from '@typed-queue/contracts';
import { columnsOf } from '../tables/columns.js';
import { DataTable } from '../tables/data-table.js';
import { countText } from '../text/quantity.js';
import { Text } from '../text/text.js';

interface Row extends ResponderStatus {
  /** Several may have the same client. */
  readonly place: number;
}

const column = columnsOf<Row>();
const columns = column.columns([
  column.accessor('client', { header: 'Client', cell: ({ getValue }) => <Text>{getValue()}</Text> }),
  column.accessor('busy', { header: 'Has', cell: ({ getValue }) => countText(getValue()) }),
  column.accessor('concurrency', { header: 'At once', cell: ({ getValue }) => countText(getValue()) }),
]);

/** Who answers a call; the server names at most 100. */
export const ResponderTable = ({
  call,
  responders,
}: {
  call: string;
  responders: readonly ResponderStatus[];
}) => (
  <DataTable
    label={`Responders of ${call}`}
    columns={columns}
    rows={responders.map((responder, place) => ({ ...responder, place }))}
    idOf={({ place }) => String(place)}
    isSortable
  />
);
