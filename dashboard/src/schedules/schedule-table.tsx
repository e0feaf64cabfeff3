import { Link } from '@tanstack/react-router';
import type { ScheduleStatus } from '@typed-queue/contracts';
import { columnsOf } from '../tables/columns.js';
import { DataTable } from '../tables/data-table.js';
import { Text } from '../text/text.js';
import { agoText, momentText, untilText } from '../text/time.js';

type ScheduleRow = ScheduleStatus & { readonly now: number };

interface RunProps {
  readonly time: number | null;
  /** Shown when there is no such run. */
  readonly none: string;
  readonly distance: (time: number, now: number) => string;
  readonly now: number;
}

const Run = ({ time, none, distance, now }: RunProps) =>
  time === null ? (
    none
  ) : (
    <>
      {momentText(time)}
      <br />
      <span className="quiet">{distance(time, now)}</span>
    </>
  );

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
      <code className="line">
        <Text>{getValue()}</Text>
      </code>
    ),
  }),
  column.accessor('timeZone', { header: 'Time zone', cell: ({ getValue }) => <Text>{getValue()}</Text> }),
  column.accessor('queue', {
    header: 'Queue',
    cell: ({ getValue }) => (
      <Link to="/queues/$queue/scheduled" params={{ queue: getValue() }}>
        {getValue()}
      </Link>
    ),
  }),
  column.accessor('event', { header: 'Event', cell: ({ getValue }) => <Text>{getValue()}</Text> }),
  column.display({
    id: 'next',
    header: 'Next run',
    cell: ({ row: { original } }) => (
      <Run time={original.nextAt} none="never again" distance={untilText} now={original.now} />
    ),
  }),
  column.display({
    id: 'last',
    header: 'Last run',
    cell: ({ row: { original } }) => (
      <Run time={original.lastAt} none="–" distance={agoText} now={original.now} />
    ),
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
