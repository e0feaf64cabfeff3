import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { Asked } from '../layout/asked.js';
import { Empty } from '../layout/empty.js';
import { useClient } from '../session/session-context.js';
import { waitingOf } from './scheduled-queries.js';
import { scheduledSearch, type ScheduledSearch } from './scheduled-search.js';
import { WaitingMessage } from './waiting-message.js';
import { WaitingTable } from './waiting-table.js';

/** The messages of a queue that wait until they are due, and one of them. */
export const ScheduledPage = () => {
  const { queue } = useParams({ from: '/queues/$queue/scheduled' });
  return <Scheduled key={queue} queue={queue} />;
};

const Scheduled = ({ queue }: { queue: string }) => {
  const [outcome, setOutcome] = useState<string>();
  const search = useSearch({ from: '/queues/$queue/scheduled', select: scheduledSearch });
  return (
    <>
      {outcome !== undefined && (
        <p role="status" className="outcome">
          {outcome}
        </p>
      )}
      {search.message === undefined ? (
        <Waiting queue={queue} search={search} />
      ) : (
        <WaitingMessage key={search.message} queue={queue} id={search.message} done={setOutcome} />
      )}
    </>
  );
};

const Waiting = ({ queue, search }: { queue: string; search: ScheduledSearch }) => {
  const answer = useQuery(waitingOf(useClient(), queue, search.after));
  return (
    <Asked answer={answer}>
      {({ messages, next, at }) => (
        <>
          {messages.length > 0 && <WaitingTable queue={queue} search={search} messages={messages} now={at} />}
          {messages.length === 0 && <NoneWaits queue={queue} isFirst={search.after === undefined} />}
          <Pages queue={queue} search={search} next={next} />
        </>
      )}
    </Asked>
  );
};

const NoneWaits = ({ queue, isFirst }: { queue: string; isFirst: boolean }) =>
  isFirst ? (
    <Empty command={`typed-queue pub ${queue} … --deliver 2h`}>
      No message waits. One that is published with a time waits here until it is due; from a terminal, for
      example:
    </Empty>
  ) : (
    <Empty>No message waits after this place.</Empty>
  );

interface PagesProps {
  readonly queue: string;
  readonly search: ScheduledSearch;
  readonly next: string | null;
}

const Pages = ({ queue, search, next }: PagesProps) => (
  <p className="row">
    {search.after !== undefined && (
      <Link to="/queues/$queue/scheduled" params={{ queue }} search={{}}>
        First page
      </Link>
    )}
    {next !== null && (
      <Link to="/queues/$queue/scheduled" params={{ queue }} search={{ after: next }}>
        Next page
      </Link>
    )}
  </p>
);
