import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { GroupStatus } from '@typed-queue/contracts';
import { Asked } from '../layout/asked.js';
import { Empty } from '../layout/empty.js';
import { useRights } from '../session/own-rights.js';
import { groupsOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { columnsOf } from '../tables/columns.js';
import { DataTable } from '../tables/data-table.js';
import { countText } from '../text/quantity.js';
import { durationText } from '../text/time.js';
import { shownState } from './group-state.js';

const column = columnsOf<GroupStatus>();
const columns = column.columns([
  column.accessor('group', {
    header: 'Group',
    cell: ({ row: { original } }) => (
      <Link to="/queues/$queue/groups/$group" params={{ queue: original.queue, group: original.group }}>
        {original.group}
      </Link>
    ),
  }),
  column.accessor((status) => shownState(status).name, {
    id: 'state',
    header: 'State',
    cell: ({ row: { original }, getValue }) => (
      <span className="badge" data-state={shownState(original).state}>
        {getValue()}
      </span>
    ),
  }),
  column.accessor('depth', { header: 'Depth', cell: ({ getValue }) => countText(getValue()) }),
  column.accessor('lag', { header: 'Lag', cell: ({ getValue }) => countText(getValue()) }),
  column.accessor(({ oldestAgeMs }) => oldestAgeMs ?? 0, {
    id: 'age',
    header: 'Oldest',
    cell: ({ row: { original } }) =>
      original.oldestAgeMs === null ? '–' : durationText(original.oldestAgeMs),
  }),
  column.accessor(({ members }) => members.length, { id: 'members', header: 'Members' }),
  column.accessor('deadLetters', { header: 'Dead letters', cell: ({ getValue }) => countText(getValue()) }),
]);

/** All groups of a queue. */
export const GroupsPage = () => {
  const { queue } = useParams({ from: '/queues/$queue/groups' });
  const answer = useQuery(groupsOf(useClient(), queue));
  return <Asked answer={answer}>{(groups) => <Groups queue={queue} groups={groups} />}</Asked>;
};

const Groups = ({ queue, groups }: { queue: string; groups: readonly GroupStatus[] }) =>
  groups.length === 0 ? (
    <NoGroups queue={queue} />
  ) : (
    <DataTable label="Groups" columns={columns} rows={groups} idOf={({ group }) => group} isSortable />
  );

const NoGroups = ({ queue }: { queue: string }) => (
  <Empty command={`queue.subscribe('${queue}', { group: 'my-group' }, async (message) => { … })`}>
    {useRights(queue)?.admin === true
      ? 'No group reads this queue yet.'
      : 'No group that you may use reads this queue yet.'}{' '}
    A program makes one when it subscribes:
  </Empty>
);
