import { useQuery } from '@tanstack/react-query';
import type { QueueContract } from '@typed-queue/contracts';
import type { ReactNode } from 'react';
import { Asked } from '../layout/asked.js';
import { Empty } from '../layout/empty.js';
import { usePaused } from '../layout/paused.js';
import { descriptionOf, queueOf } from '../session/queries.js';
import { NEEDED, neededText, suffice } from '../session/rights.js';
import { useClient } from '../session/session-context.js';

type Events = Required<QueueContract>['events'];

interface ChosenQueueProps {
  /** Its name, or a part of it that is typed. */
  readonly queue: string;
  readonly children: (events: Events) => ReactNode;
}

/** The events of a queue that was chosen, or why there are none. */
export const ChosenQueue = ({ queue: typed, children }: ChosenQueueProps) => {
  const queue = usePaused(typed);
  const answer = useQuery({ ...queueOf(useClient(), queue), enabled: queue !== '' });
  if (queue === '' || queue !== typed) return <Empty>Choose the queue that it publishes to.</Empty>;
  return (
    <Asked answer={answer}>
      {(found) => {
        if (found === null) return <Empty>The server has no queue of this name, or not for you.</Empty>;
        if (!suffice(found.rights, NEEDED.administer))
          return <Empty>{neededText('A schedule', NEEDED.administer)}</Empty>;
        return <EventsOf queue={queue}>{children}</EventsOf>;
      }}
    </Asked>
  );
};

const EventsOf = ({ queue, children }: ChosenQueueProps) => {
  const answer = useQuery(descriptionOf(useClient(), queue));
  return <Asked answer={answer}>{({ events }) => children(events)}</Asked>;
};
