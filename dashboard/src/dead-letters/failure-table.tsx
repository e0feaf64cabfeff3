import type { Failure } from '@typed-queue/contracts';
import { columnsOf } from '../tables/columns.js';
import { DataTable } from '../tables/data-table.js';
import { Text } from '../text/text.js';
import { momentText } from '../text/time.js';
import { Cause } from './cause.js';

const KINDS: Readonly<Record<Failure['kind'], string>> = {
  failed: 'its handler failed',
  lost: 'its member vanished',
  rejected: 'its handler gave it up',
};

const column = columnsOf<Failure>();
const columns = column.columns([
  column.display({ id: 'time', header: 'Time', cell: ({ row: { original } }) => momentText(original.time) }),
  column.accessor('kind', { header: 'What', cell: ({ getValue }) => KINDS[getValue()] }),
  column.accessor(({ code }) => code ?? '', {
    id: 'code',
    header: 'Failure',
    cell: ({ row: { original } }) =>
      original.code !== undefined && <Cause code={original.code} data={original.data} />,
  }),
  column.accessor('reason', {
    header: 'Reason',
    cell: ({ getValue }) => <Text most={1_000}>{getValue()}</Text>,
  }),
  column.accessor('member', { header: 'Member', cell: ({ getValue }) => <Text>{getValue()}</Text> }),
]);

const undeclared = columns.filter(({ id }) => id !== 'code');

/** The last failures of a letter, the oldest first. */
export const FailureTable = ({ failures }: { failures: readonly Failure[] }) => (
  <section className="wrapping" aria-label="History">
    <h2>History</h2>
    {failures.length === 0 ? (
      <p className="quiet">No failure was recorded.</p>
    ) : (
      <DataTable
        label="Failures"
        columns={failures.some(({ code }) => code !== undefined) ? columns : undeclared}
        rows={failures}
      />
    )}
  </section>
);
