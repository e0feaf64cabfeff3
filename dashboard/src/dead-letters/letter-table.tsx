import { Link } from '@tanstack/react-router';
import type { DeadLetter } from '@typed-queue/contracts';
import { columnsOf } from '../tables/columns.js';
import { DataTable } from '../tables/data-table.js';
import { countText } from '../text/quantity.js';
import { Text } from '../text/text.js';
import { momentText } from '../text/time.js';
import { Cause } from './cause.js';
import type { LetterSearch } from './letter-search.js';
import { MessageLink } from './message-link.js';
import { useSelection } from './selection.js';

type LetterRow = DeadLetter & {
  readonly search: LetterSearch;
  readonly inQueue: string;
};

const SelectLetter = ({ position }: { position: number }) => {
  const { positions, select } = useSelection();
  return (
    <input
      type="checkbox"
      aria-label={`Select letter ${countText(position)}`}
      checked={positions.has(position)}
      onChange={({ target }) => select([position], target.checked)}
    />
  );
};

const SelectAll = ({ letters }: { letters: readonly number[] }) => {
  const { positions, select } = useSelection();
  return (
    <input
      type="checkbox"
      aria-label="Select all of this page"
      checked={letters.length > 0 && letters.every((position) => positions.has(position))}
      onChange={({ target }) => select(letters, target.checked)}
    />
  );
};

const LetterLink = ({ inQueue, search, position, reason }: LetterRow) => (
  <Link to="/queues/$queue/dead-letters" params={{ queue: inQueue }} search={{ ...search, letter: position }}>
    <Text most={120}>{reason === '' ? 'no reason given' : reason}</Text>
  </Link>
);

const column = columnsOf<LetterRow>();
const columns = column.columns([
  column.display({
    id: 'select',
    header: ({ table }) => (
      <SelectAll letters={table.getRowModel().rows.map(({ original }) => original.position)} />
    ),
    cell: ({ row: { original } }) => <SelectLetter position={original.position} />,
  }),
  column.accessor('reason', {
    header: 'Reason',
    cell: ({ row: { original } }) => <LetterLink {...original} />,
  }),
  column.accessor('code', {
    header: 'Why',
    cell: ({ row: { original } }) => <Cause code={original.code} data={original.data} />,
  }),
  column.accessor('group', { header: 'Group', cell: ({ getValue }) => <Text>{getValue()}</Text> }),
  column.accessor(({ message }) => message?.event ?? '', {
    id: 'event',
    header: 'Event',
    cell: ({ getValue }) => <Text>{getValue()}</Text>,
  }),
  column.display({
    id: 'message',
    header: 'Message',
    cell: ({ row: { original } }) => <MessageLink queue={original.inQueue} seq={original.seq} />,
  }),
  column.accessor('handouts', { header: 'Deliveries', cell: ({ getValue }) => countText(getValue()) }),
  column.display({
    id: 'time',
    header: 'Given up',
    cell: ({ row: { original } }) => momentText(original.time),
  }),
]);

interface LetterTableProps {
  readonly queue: string;
  readonly search: LetterSearch;
  readonly letters: readonly DeadLetter[];
}

/** A page of letters, which can be selected; a row leads to its letter. */
export const LetterTable = ({ queue, search, letters }: LetterTableProps) => (
  <div className="wrapping">
    <DataTable
      label="Dead letters"
      columns={columns}
      rows={letters.map((letter) => ({ ...letter, inQueue: queue, search }))}
      idOf={({ position }) => String(position)}
    />
  </div>
);
