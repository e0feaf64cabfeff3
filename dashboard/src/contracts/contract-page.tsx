import { useParams } from '@tanstack/react-router';
import { QueueDocument } from './queue-document.js';

/** The contract of one queue. */
export const ContractPage = () => {
  const { queue } = useParams({ from: '/queues/$queue/contract' });
  return (
    <>
      <h2>Contract</h2>
      <QueueDocument queue={queue} />
    </>
  );
};
