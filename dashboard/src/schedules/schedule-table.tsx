import { Link } from '@tanstack/react-router';
import type { ScheduleStatus } from '@typed-queue/contracts';
import { columnsOf } from '../tables/columns.js';
import { DataTable } from '../tables/data-table.js';
import { Text } from '../text/text.js';
import { lastText, nextText } from './run-text.js';

type ScheduleRow = ScheduleStatus & { readonly now: number };

const column = columnsOf<ScheduleRow>();
const columns = column.columns([
  column.accessor('name', {
    header: 'Name',
    cell: ({ getValue }) => (
      <Link to="/schedules" search={{ name: getValue() }}>
        {getValue()}
      </Link>
    ),
  }),
  column.accessor('cron', {
    header: 'Cron',
    cell: ({ getValue }) => (
      <code>
        <Text>{getValue()}</Text>
      </code>
    ),
  }),
  column.accessor('timeZone', { header: 'Time zone', cell: ({ getValue }) => <Text>{getValue()}</Text> }),
  column.accessor('queue', {
    header: 'Queue',
    cell: ({ getValue }) => (
      <Link to="/queues/$queue" params={{ queue: getValue() }}>
        {getValue()}
      </Link>
    ),
  }),
  column.accessor('event', { header: 'Event', cell: ({ getValue }) => <Text>{getValue()}</Text> }),
  column.accessor(({ nextAt }) => nextAt ?? Infinity, {
    id: 'next',
    header: 'Next run',
    cell: ({ row: { original } }) => nextText(original, original.now),
  }),
  column.accessor(({ lastAt }) => lastAt ?? 0, {
    id: 'last',
    header: 'Last run',
    cell: ({ row: { original } }) => lastText(original, original.now),
  }),
  column.accessor('missed', { header: 'Missed' }),
]);

interface ScheduleTableProps {
  readonly schedules: readonly ScheduleStatus[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A row leads to its schedule. */
export const ScheduleTable = ({ schedules, now }: ScheduleTableProps) => (
  <div className="wrapping">
    <DataTable
      label="Schedules"
      columns={columns}
      rows={schedules.map((schedule) => ({ ...schedule, now }))}
      idOf={({ name }) => name}
      isSortable
    />
  </div>
);
