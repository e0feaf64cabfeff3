import { useQuery } from '@tanstack/react-query';
import { Failure } from '../layout/failure.js';
import { Loading } from '../layout/loading.js';
import { descriptionOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { EventDocument } from './event-document.js';

/** The events of a queue, as far as the viewer may see them. */
export const QueueDocument = ({ queue }: { queue: string }) => {
  const { data, error } = useQuery(descriptionOf(useClient(), queue));
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Loading />;
  return (
    <div className="document">
      {data.partial && <p className="quiet">The queue has more events, which you may not see.</p>}
      {Object.entries(data.events).map(([event, schema]) => (
        <EventDocument
          key={event}
          queue={queue}
          event={event}
          schema={typeof schema === 'object' ? schema : {}}
        />
      ))}
      <p className="quiet">
        Version of these schemas: <code title={data.hash}>{data.hash.slice(0, 12)}</code>
      </p>
    </div>
  );
};
