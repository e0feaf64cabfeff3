import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ServiceStatus } from '@typed-queue/contracts';
import { Asked } from '../layout/asked.js';
import { Empty } from '../layout/empty.js';
import { servicesOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { counted, countText, rateText } from '../text/quantity.js';
import { Text } from '../text/text.js';
import { rateBetween, type Sample } from './call-rates.js';
import { EndedTable } from './ended-table.js';
import { ResponderTable } from './responder-table.js';
import { usePrevious } from './use-previous.js';

/** The calls of a queue: who answers each, and what became of those that were made. */
export const CallsPage = () => {
  const { queue } = useParams({ from: '/queues/$queue/calls' });
  const answer = useQuery(servicesOf(useClient(), queue));
  return <Asked answer={answer}>{(sample) => <Services sample={sample} />}</Asked>;
};

const Services = ({ sample }: { sample: Sample }) => {
  const before = usePrevious(sample);
  return sample.services.length === 0 ? (
    <Empty command="reserve: call({ input, output, failures: { sold_out: { retry: false } } })">
      The contract of the server declares no calls of this queue. A call stands beside the events:
    </Empty>
  ) : (
    sample.services.map((service) => (
      <Service key={service.call} service={service} rate={rateBetween(before, sample, service.call)} />
    ))
  );
};

/** What becomes of a call while it has no responder. */
const UNSERVED: Readonly<Record<ServiceStatus['answering'], string>> = {
  once: 'it fails with no_responder after 2 seconds.',
  stream: 'it fails with no_responder after 2 seconds.',
  durable: 'it is stored, and waits until its time is over.',
};

const Service = ({ service, rate }: { service: ServiceStatus; rate: number | undefined }) => {
  const { call, answering, responders, waiting, running, ended } = service;
  return (
    <section aria-label={call}>
      <h2>
        <Text>{call}</Text> {answering !== 'once' && <span className="badge">{answering}</span>}
      </h2>
      <p>
        {counted(responders.length, 'responder')}, {countText(waiting)} waiting, {countText(running)} running
        {rate !== undefined && `, ${rateText(rate)} ended`}
      </p>
      {responders.length === 0 ? (
        <p className="quiet">Nobody serves this call: {UNSERVED[answering]}</p>
      ) : (
        <ResponderTable call={call} responders={responders} />
      )}
      <EndedTable call={call} ended={ended} />
    </section>
  );
};
