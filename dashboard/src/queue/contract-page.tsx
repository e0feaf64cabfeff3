import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Failure } from '../layout/failure.js';
import { Loading } from '../layout/loading.js';
import { descriptionOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { Json } from '../text/json.js';
import { Text } from '../text/text.js';

/** The events of a queue, each with the JSON Schema of its payload. */
export const ContractPage = () => {
  const { queue } = useParams({ from: '/queues/$queue/contract' });
  const { data, error } = useQuery(descriptionOf(useClient(), queue));
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Loading />;
  return (
    <>
      {data.partial && <p className="quiet">The queue has more events, which you may not see.</p>}
      {Object.entries(data.events).map(([event, schema]) => (
        <section key={event} aria-label={event}>
          <h2>
            <Text>{event}</Text>
          </h2>
          <Json value={schema} label={`Schema of ${event}`} />
        </section>
      ))}
    </>
  );
};
