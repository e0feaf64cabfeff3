import { Link } from '@tanstack/react-router';
import type { DeadLetterKind, DeadLetterSummary } from '@typed-queue/contracts';
import { columnsOf } from '../tables/columns.js';
import { DataTable } from '../tables/data-table.js';
import { counted, countText } from '../text/quantity.js';
import { Text } from '../text/text.js';
import { momentText } from '../text/time.js';
import { CodeBadge } from './cause.js';
import { kindReasonText } from './letter-search.js';

interface KindRow extends DeadLetterKind {
  readonly queue: string;
}

const KindLink = ({ queue, group, code, reason, lastTime }: KindRow) => {
  const search = { group, code, kindReason: reason };
  return (
    <Link
      to="/queues/$queue/dead-letters"
      params={{ queue }}
      search={search}
      title={`Last ${momentText(lastTime)}`}
    >
      <Text most={200}>{kindReasonText(reason)}</Text>
    </Link>
  );
};

const column = columnsOf<KindRow>();
const columns = column.columns([
  column.accessor('letters', { header: 'Letters', cell: ({ getValue }) => countText(getValue()) }),
  column.accessor('reason', {
    header: 'Reason',
    cell: ({ row: { original } }) => <KindLink {...original} />,
  }),
  column.accessor('group', { header: 'Group', cell: ({ getValue }) => <Text>{getValue()}</Text> }),
  column.accessor('code', {
    header: 'Why',
    cell: ({ getValue }) => <CodeBadge code={getValue()} />,
  }),
  column.accessor('lastTime', { id: 'last', header: 'Last', cell: ({ getValue }) => momentText(getValue()) }),
]);

/** What the dead letters of a queue have in common; a row leads to its letters. */
export const KindTable = ({ queue, summary }: { queue: string; summary: DeadLetterSummary }) => {
  const { letters, counted: known, isPartial, kinds, others } = summary;
  return (
    <>
      <h2>{counted(letters, 'dead letter')}</h2>
      <div className="wrapping">
        <DataTable
          label="Dead letters by reason"
          columns={columns}
          rows={kinds.map((kind) => ({ queue, ...kind }))}
          idOf={({ group, code, reason }) => JSON.stringify([group, code, reason])}
          isSortable
        />
      </div>
      {others > 0 && <p className="quiet">{counted(others, 'more letter')} for other reasons.</p>}
      {isPartial && <p className="quiet">Counted are the newest {countText(known)}.</p>}
    </>
  );
};
