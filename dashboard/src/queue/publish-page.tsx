import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { QueueContract } from '@typed-queue/contracts';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { Asked } from '../layout/asked.js';
import { Empty } from '../layout/empty.js';
import { EventSelect } from '../layout/event-select.js';
import { useKept } from '../session/drafts.js';
import { descriptionOf } from '../session/queries.js';
import { useQueueClient } from '../session/queue-client.js';
import { useClient } from '../session/session-context.js';
import { LeaveQuestion } from './leave-question.js';
import { Outbox, pendingOf } from './outbox.js';
import { PublishForm } from './publish-form.js';
import { publishSearch } from './publish-search.js';

/** Publishes a message by a form of its event's schema. */
export const PublishPage = () => {
  const { queue } = useParams({ from: '/queues/$queue/publish' });
  const { event: wanted } = useSearch({ from: '/queues/$queue/publish', select: publishSearch });
  const answer = useQuery(descriptionOf(useClient(), queue));
  return (
    <Asked answer={answer}>
      {({ events }) => <EventForms queue={queue} events={events} wanted={wanted} />}
    </Asked>
  );
};

interface EventFormsProps {
  readonly queue: string;
  readonly events: Required<QueueContract>['events'];
  readonly wanted: string | undefined;
}

const EventForms = ({ queue, events, wanted }: EventFormsProps) => {
  const names = useMemo(() => Object.keys(events), [events]);
  const client = useQueueClient(queue, names);
  const outbox = useOutbox(queue);
  const event = wanted ?? names[0];
  if (event === undefined) return <Empty>The queue has no event that you may publish.</Empty>;
  const schema = Object.hasOwn(events, event) ? events[event] : undefined;
  return (
    <>
      <EventChoice queue={queue} event={event} events={names} />
      <Leaving outbox={outbox} />
      {schema === undefined ? (
        <Empty>The queue has no event of the name in this address, or not for you. Choose one.</Empty>
      ) : (
        <PublishForm
          key={`${queue} ${event}`}
          client={client}
          outbox={outbox}
          queue={queue}
          event={event}
          schema={typeof schema === 'object' ? schema : {}}
        />
      )}
    </>
  );
};

/** What failed is still there when somebody comes back, or had to sign in again. */
const useOutbox = (queue: string): Outbox => {
  const outbox = useKept(`outbox ${queue}`, () => new Outbox());
  useEffect(() => outbox.forgetStored, [outbox]);
  return outbox;
};

const Leaving = ({ outbox }: { outbox: Outbox }) => {
  const sent = useSyncExternalStore(outbox.subscribe, outbox.view);
  return <LeaveQuestion pending={pendingOf(sent).length} cancelAll={outbox.cancelAll} />;
};

interface EventChoiceProps {
  readonly queue: string;
  readonly event: string;
  readonly events: readonly string[];
}

const EventChoice = ({ queue, event, events }: EventChoiceProps) => {
  const navigate = useNavigate();
  const choose = (chosen: string): void =>
    void navigate({
      to: '/queues/$queue/publish',
      params: { queue },
      search: { event: chosen },
      replace: true,
    });
  return <EventSelect event={event} events={events} choose={choose} />;
};
