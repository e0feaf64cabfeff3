import { Link } from '@tanstack/react-router';
import type { MessageInGroup, MessageReport } from '@typed-queue/contracts';
import { useMemo } from 'react';
import { columnsOf, type Columns } from '../tables/columns.js';
import { DataTable } from '../tables/data-table.js';
import { Text } from '../text/text.js';
import { OUTCOMES, outcomeText } from './group-outcome.js';

interface MessageGroupsProps {
  readonly queue: string;
  readonly report: MessageReport;
  readonly after: string | undefined;
}

/** What every group of the queue made of a message. */
export const MessageGroups = ({ queue, report: { groups, next, seq }, after }: MessageGroupsProps) => {
  const columns = useMemo(() => columnsFor(queue), [queue]);
  const to = '/queues/$queue/messages/$seq';
  const params = { queue, seq: String(seq) };
  return (
    <section>
      <h2>Groups</h2>
      {groups.length === 0 ? (
        <p className="quiet">No group reads this queue, or not for you.</p>
      ) : (
        <DataTable label="Groups" columns={columns} rows={groups} idOf={({ group }) => group} />
      )}
      <p className="row">
        {after !== undefined && (
          <Link to={to} params={params}>
            First page
          </Link>
        )}
        {next !== null && (
          <Link to={to} params={params} search={{ after: next }}>
            Next page
          </Link>
        )}
      </p>
    </section>
  );
};

const column = columnsOf<MessageInGroup>();
const columnsFor = (queue: string): Columns<MessageInGroup> =>
  column.columns([
    column.display({
      id: 'group',
      header: 'Group',
      cell: ({ row: { original } }) => (
        <Link to="/queues/$queue/groups/$group" params={{ queue, group: original.group }}>
          <Text>{original.group}</Text>
        </Link>
      ),
    }),
    column.display({
      id: 'state',
      header: 'State',
      cell: ({ row: { original } }) => {
        const { name, state } = OUTCOMES[original.kind];
        return (
          <span className="badge" data-state={state}>
            {name}
          </span>
        );
      },
    }),
    column.display({
      id: 'details',
      header: 'Details',
      cell: ({ row: { original } }) => <Outcome queue={queue} report={original} />,
    }),
  ]);

const Outcome = ({ queue, report }: { queue: string; report: MessageInGroup }) => {
  const text = <Text>{outcomeText(report, Date.now())}</Text>;
  return report.kind === 'dead' ? (
    <Link
      to="/queues/$queue/dead-letters"
      params={{ queue }}
      search={report.position === null ? {} : { letter: report.position }}
    >
      {text}
    </Link>
  ) : (
    text
  );
};
