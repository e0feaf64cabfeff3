import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { queueOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { DifferingClients } from './differing-clients.js';
import { QueueDocument } from './queue-document.js';

/** The contract of one queue. */
export const ContractPage = () => {
  const { queue } = useParams({ from: '/queues/$queue/contract' });
  const { data } = useQuery(queueOf(useClient(), queue));
  return (
    <>
      <h2>Contract</h2>
      <DifferingClients queue={queue} count={data?.differingClients ?? 0} />
      <QueueDocument queue={queue} />
    </>
  );
};
