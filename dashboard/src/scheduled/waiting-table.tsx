import { Link } from '@tanstack/react-router';
import type { ScheduledMessage } from '@typed-queue/contracts';
import { columnsOf } from '../tables/columns.js';
import { DataTable } from '../tables/data-table.js';
import { Text } from '../text/text.js';
import { momentText, untilText } from '../text/time.js';
import type { ScheduledSearch } from './scheduled-search.js';

type WaitingRow = ScheduledMessage & {
  readonly search: ScheduledSearch;
  readonly now: number;
};

const MessageLink = ({ queue, search, id, dueAt }: WaitingRow) => (
  <Link to="/queues/$queue/scheduled" params={{ queue }} search={{ ...search, message: id }}>
    {momentText(dueAt)}
  </Link>
);

const column = columnsOf<WaitingRow>();
const columns = column.columns([
  column.display({
    id: 'due',
    header: 'Due',
    cell: ({ row: { original } }) => <MessageLink {...original} />,
  }),
  column.display({
    id: 'until',
    header: 'From now',
    cell: ({ row: { original } }) => untilText(original.dueAt, original.now),
  }),
  column.accessor('event', { header: 'Event', cell: ({ getValue }) => <Text>{getValue()}</Text> }),
  column.accessor('id', {
    header: 'Id',
    cell: ({ getValue }) => (
      <code className="line">
        <Text>{getValue()}</Text>
      </code>
    ),
  }),
]);

interface WaitingTableProps {
  readonly queue: string;
  readonly search: ScheduledSearch;
  readonly messages: readonly ScheduledMessage[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A page of the messages that wait; a row leads to its message. */
export const WaitingTable = ({ queue, search, messages, now }: WaitingTableProps) => (
  <div className="wrapping">
    <DataTable
      label="Waiting messages"
      columns={columns}
      rows={messages.map((message) => ({ ...message, queue, search, now }))}
      idOf={({ id }) => id}
    />
  </div>
);
