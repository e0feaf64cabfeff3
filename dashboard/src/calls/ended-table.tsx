import type { ServiceStatus } from '@typed-queue/contracts';
import { columnsOf } from '../tables/columns.js';
import { DataTable } from '../tables/data-table.js';
import { countText } from '../text/quantity.js';

interface Row {
  readonly result: string;
  readonly count: number;
}

const column = columnsOf<Row>();
const columns = column.columns([
  column.accessor('result', { header: 'Ended', cell: ({ getValue }) => <code>{getValue()}</code> }),
  column.accessor('count', { header: 'Calls', cell: ({ getValue }) => countText(getValue()) }),
]);

/** How the calls of a name ended since the server started: `ok`, or by the code of a failure or an error. */
export const EndedTable = ({ call, ended }: { call: string; ended: ServiceStatus['ended'] }) => {
  const rows = Object.entries(ended).map(([result, count]) => ({ result, count }));
  return rows.length === 0 ? (
    <p className="quiet">None ended since the server started.</p>
  ) : (
    <DataTable
      label={`How ${call} ended`}
      columns={columns}
      rows={rows}
      idOf={({ result }) => result}
      isSortable
    />
  );
};
