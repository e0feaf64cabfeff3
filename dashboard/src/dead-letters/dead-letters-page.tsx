import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { Empty } from '../layout/empty.js';
import { Failure } from '../layout/failure.js';
import { Loading } from '../layout/loading.js';
import { queueOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { FilterForm } from './filter-form.js';
import { KindTable } from './kind-table.js';
import { LetterList } from './letter-list.js';
import { LetterPage } from './letter-page.js';
import { summaryOf } from './letter-queries.js';

/** The dead letters of a queue: what they have in common, those that match, and one of them. */
export const DeadLettersPage = () => {
  const { queue } = useParams({ from: '/queues/$queue/dead-letters' });
  const { data, error } = useQuery(queueOf(useClient(), queue));
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Loading />;
  if (data?.rights.admin !== true) {
    return <Empty>Dead letters are shown to those who have the right admin of the queue.</Empty>;
  }
  return <DeadLetters key={queue} queue={queue} />;
};

const DeadLetters = ({ queue }: { queue: string }) => {
  const { letter } = useSearch({ from: '/queues/$queue/dead-letters' });
  const [outcome, setOutcome] = useState<string>();
  return (
    <>
      {outcome !== undefined && (
        <p role="status" className="outcome">
          {outcome}
        </p>
      )}
      {letter === undefined ? (
        <LettersByKind queue={queue} done={setOutcome} />
      ) : (
        <LetterPage key={letter} queue={queue} position={letter} done={setOutcome} />
      )}
    </>
  );
};

const LettersByKind = ({ queue, done }: { queue: string; done: (text: string) => void }) => {
  const search = useSearch({ from: '/queues/$queue/dead-letters' });
  const { data, error } = useQuery(summaryOf(useClient(), queue));
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Loading />;
  if (data.letters === 0) {
    return (
      <Empty>No dead letters: every message that a group was given was handled, or is still tried.</Empty>
    );
  }
  return (
    <>
      <KindTable queue={queue} summary={data} />
      <h2>Letters</h2>
      <FilterForm queue={queue} search={search} />
      <LetterList queue={queue} search={search} done={done} />
    </>
  );
};
