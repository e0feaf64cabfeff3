import type { GroupStatus } from '@typed-queue/contracts';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Confirmation } from '../layout/confirmation.js';
import { useClient } from '../session/session-context.js';
import { counted } from '../text/quantity.js';
import { SeekAction } from './seek-action.js';

interface ActionProps {
  readonly status: GroupStatus;
}

/** What an operator can do with a group; each is asked back. */
export const GroupActions = (props: ActionProps) => (
  <div className="row">
    <SeekAction {...props} />
    <PauseAction {...props} />
    <DeleteAction {...props} />
  </div>
);

/** One button for both, which keeps the focus. What is asked stays while others pause or resume the group. */
const PauseAction = ({ status: { queue, group, members, depth, paused } }: ActionProps) => {
  const { admin } = useClient();
  const [asked, setAsked] = useState<boolean>();
  const opened = (isOpen: boolean): void => setAsked(isOpen ? paused : undefined);
  return (asked ?? paused) ? (
    <Confirmation action="Resume" opened={opened} run={() => admin.resume(queue, group)}>
      <p>
        Members of <b>{group}</b> get messages again; {counted(depth, 'message')}{' '}
        {depth === 1 ? 'waits' : 'wait'}.
      </p>
    </Confirmation>
  ) : (
    <Confirmation action="Pause" opened={opened} run={() => admin.pause(queue, group)}>
      <p>
        No member of <b>{group}</b> gets new messages until it is resumed, also after a restart of the server.
        What {counted(members.length, 'member')} {members.length === 1 ? 'holds' : 'hold'} may still be
        settled.
      </p>
    </Confirmation>
  );
};

const DeleteAction = ({ status: { queue, group, depth, members } }: ActionProps) => {
  const { admin } = useClient();
  const navigate = useNavigate();
  const remove = async (): Promise<void> => {
    await admin.delete(queue, group);
    await navigate({ to: '/queues/$queue/groups', params: { queue } });
  };
  const inUse = members.length === 0 ? undefined : 'It has members: stop them first.';
  return (
    <Confirmation action="Delete" isDanger refusal={inUse} run={remove}>
      <p>
        The server forgets <b>{group}</b> and its position: {counted(depth, 'message')} will not be handled by
        it. Its dead letters stay. A group of this name that is made later starts from the beginning. This
        cannot be undone.
      </p>
    </Confirmation>
  );
};
