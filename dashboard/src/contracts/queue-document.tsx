import { useQuery } from '@tanstack/react-query';
import type { QueueContract } from '@typed-queue/contracts';
import { Asked } from '../layout/asked.js';
import { descriptionOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { EventDocument } from './event-document.js';

/** The events of a queue, as far as the viewer may see them. */
export const QueueDocument = ({ queue }: { queue: string }) => {
  const answer = useQuery(descriptionOf(useClient(), queue));
  return <Asked answer={answer}>{(description) => <Events queue={queue} description={description} />}</Asked>;
};

const Events = ({ queue, description }: { queue: string; description: Required<QueueContract> }) => {
  const { partial, events, failures, hash } = description;
  const declared = new Map(Object.entries(failures));
  return (
    <div className="document">
      {partial && <p className="quiet">The queue has more events, which you may not see.</p>}
      {Object.entries(events).map(([event, schema]) => (
        <EventDocument
          key={event}
          queue={queue}
          event={event}
          schema={typeof schema === 'object' ? schema : {}}
          failures={declared.get(event) ?? {}}
        />
      ))}
      <p className="quiet">
        Version of these schemas: <code title={hash}>{hash.slice(0, 12)}</code>
      </p>
    </div>
  );
};
