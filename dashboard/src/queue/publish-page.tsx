import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Empty } from '../layout/empty.js';
import { Failure } from '../layout/failure.js';
import { Loading } from '../layout/loading.js';
import { descriptionOf, queueOf } from '../session/queries.js';
import { useQueueClient } from '../session/queue-client.js';
import { useClient } from '../session/session-context.js';
import { PublishForm } from './publish-form.js';

/** Publishes a message by a form of its event's schema. */
export const PublishPage = () => {
  const { queue } = useParams({ from: '/queues/$queue/publish' });
  const { event: wanted } = useSearch({ from: '/queues/$queue/publish' });
  const administration = useClient();
  const { data, error } = useQuery(descriptionOf(administration, queue));
  const { data: figures } = useQuery(queueOf(administration, queue));
  const events = useMemo(() => Object.keys(data?.events ?? {}), [data]);
  const client = useQueueClient(queue, events);
  const event = wanted !== undefined && events.includes(wanted) ? wanted : events[0];
  if (figures?.rights.publish === false)
    return <Empty>Publishing needs the right publish of the queue.</Empty>;
  if (error !== null) return <Failure error={error} />;
  if (data === undefined || client === undefined) return <Loading />;
  if (event === undefined) return <Empty>The queue has no event that you may publish.</Empty>;
  const schema = data.events[event];
  return (
    <>
      <EventChoice queue={queue} event={event} events={events} />
      <PublishForm
        key={event}
        client={client}
        queue={queue}
        event={event}
        schema={typeof schema === 'object' ? schema : {}}
      />
    </>
  );
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
  return (
    <label className="event-choice">
      Event{' '}
      <select value={event} onChange={({ target }) => choose(target.value)}>
        {events.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
};
