import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { GroupStatus } from '@typed-queue/contracts';
import { Asked } from '../layout/asked.js';
import { Empty } from '../layout/empty.js';
import { useRights } from '../session/own-rights.js';
import { groupsOf } from '../session/queries.js';
import { NEEDED, neededText } from '../session/rights.js';
import { useClient } from '../session/session-context.js';
import { Text } from '../text/text.js';
import { GroupActions } from './group-actions.js';
import { GroupFigures } from './group-figures.js';
import { shownState } from './group-state.js';
import { MemberTable } from './member-table.js';
import { PassedOverList } from './passed-over-list.js';

/** One group: its members, and what an operator can do with it. */
export const GroupPage = () => {
  const { queue, group } = useParams({ from: '/queues/$queue/groups/$group' });
  const answer = useQuery(groupsOf(useClient(), queue));
  return (
    <Asked answer={answer}>
      {(groups) => {
        const status = groups.find((each) => each.group === group);
        return status === undefined ? (
          <Empty>The queue has no group of this name, or not for you.</Empty>
        ) : (
          <GroupContent key={group} status={status} />
        );
      }}
    </Asked>
  );
};

const GroupContent = ({ status }: { status: GroupStatus }) => {
  const { name, state } = shownState(status);
  return (
    <>
      <div className="row">
        <h2>
          <Text>{status.group}</Text>
        </h2>
        <span className="badge" data-state={state}>
          {name}
        </span>
      </div>
      <PermittedActions status={status} />
      <GroupFigures status={status} />
      <h2>Members</h2>
      {status.members.length === 0 ? (
        <Empty
          command={`queue.subscribe('${status.queue}', { group: '${status.group}' }, async (message) => { … })`}
        >
          Nobody handles its messages. A program becomes a member when it subscribes:
        </Empty>
      ) : (
        <MemberTable members={status.members} />
      )}
      <PassedOverList passedOver={status.passedOver} />
    </>
  );
};

const PermittedActions = ({ status }: { status: GroupStatus }) => {
  const rights = useRights(status.queue);
  if (rights === undefined) return null;
  return rights.admin ? (
    <GroupActions status={status} />
  ) : (
    <p className="quiet">{neededText('Changing a group', NEEDED.administer)}</p>
  );
};
