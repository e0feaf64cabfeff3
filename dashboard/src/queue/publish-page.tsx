import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { QueueContract } from '@typed-queue/contracts';
import { useMemo, useState } from 'react';
import { PayloadForm } from '../forms/payload-form.js';
import { Failure } from '../layout/failure.js';
import { Loading } from '../layout/loading.js';
import { descriptionOf } from '../session/queries.js';
import { useQueueClient } from '../session/queue-client.js';
import { useClient } from '../session/session-context.js';

/** Publishes a message by a form of its event's schema. */
export const PublishPage = () => {
  const { queue } = useParams({ from: '/queues/$queue/publish' });
  const { data, error } = useQuery(descriptionOf(useClient(), queue));
  const events = useMemo(() => Object.keys(data?.events ?? {}), [data]);
  const [chosen, choose] = useState<string>();
  const event = chosen ?? events[0];
  if (error !== null) return <Failure error={error} />;
  if (data === undefined || event === undefined) return <Loading />;
  return (
    <>
      <label>
        Event{' '}
        <select value={event} onChange={({ target }) => choose(target.value)}>
          {events.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <EventForm key={event} queue={queue} event={event} events={events} schemas={data.events} />
    </>
  );
};

interface EventFormProps {
  readonly queue: string;
  readonly event: string;
  readonly events: readonly string[];
  readonly schemas: Required<QueueContract>['events'];
}

const EventForm = ({ queue, event, events, schemas }: EventFormProps) => {
  const client = useQueueClient(queue, events);
  const [payload, setPayload] = useState<unknown>();
  const schema = schemas[event];
  const publishing = useMutation({
    mutationFn: async (given: unknown) => client?.publish(queue, event, given),
  });
  return (
    <PayloadForm
      schema={typeof schema === 'object' ? schema : {}}
      payload={payload}
      change={setPayload}
      submit={(given) => publishing.mutate(given)}
    >
      <div className="row end">
        <button type="submit" disabled={client === undefined || publishing.isPending}>
          Publish
        </button>
      </div>
      {publishing.error !== null && <Failure error={publishing.error} />}
      {publishing.data !== undefined && <p role="status">Stored as #{publishing.data.seq}.</p>}
    </PayloadForm>
  );
};
