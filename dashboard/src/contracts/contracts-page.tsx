import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { QueueOverview } from '@typed-queue/contracts';
import { useState } from 'react';
import type { QueueSearch } from '../address/queue-fields.js';
import { Asked } from '../layout/asked.js';
import { Empty } from '../layout/empty.js';
import { QueueNameInput } from '../layout/queue-name-input.js';
import { overviewOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { counted } from '../text/quantity.js';
import { contractsSearch } from './contracts-search.js';
import { DifferingClients } from './differing-clients.js';
import { QueueDocument } from './queue-document.js';

/** All queues as documentation. */
export const ContractsPage = () => {
  const search = useSearch({ from: '/contracts', select: contractsSearch });
  const answer = useQuery(overviewOf(useClient(), search));
  return (
    <>
      <h1>Contracts</h1>
      <SearchField search={search} />
      {answer.error !== null && <FirstPage search={search} />}
      <Asked answer={answer}>
        {({ queues, next }) => (
          <>
            {queues.length === 0 && (
              <Empty>
                {search.search === undefined ? 'You may see no queue.' : 'No queue has this in its name.'}
              </Empty>
            )}
            {queues.map((queue) => (
              <QueueEntry key={queue.queue} overview={queue} />
            ))}
            <Pages search={search} next={next} />
          </>
        )}
      </Asked>
    </>
  );
};

const SearchField = ({ search }: { search: QueueSearch }) => {
  const navigate = useNavigate();
  return (
    <div className="row choice" role="search">
      <QueueNameInput
        search={search.search}
        change={(text) =>
          void navigate({ to: '/contracts', search: contractsSearch({ search: text }), replace: true })
        }
      />
    </div>
  );
};

/** What a queue is made of is asked for when it is opened. */
const QueueEntry = ({ overview: { queue, differingClients } }: { overview: QueueOverview }) => {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="entry" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <span>{queue}</span>
        {differingClients > 0 && (
          <span className="badge" data-state="flight">
            differs from {counted(differingClients, 'client')}
          </span>
        )}
      </summary>
      {isOpen && (
        <>
          <Link to="/queues/$queue/contract" params={{ queue }}>
            Contract of {queue}
          </Link>
          <DifferingClients queue={queue} count={differingClients} />
          <QueueDocument queue={queue} />
        </>
      )}
    </details>
  );
};

const FirstPage = ({ search }: { search: QueueSearch }) =>
  search.after !== undefined && (
    <Link to="/contracts" search={contractsSearch({ ...search, after: undefined })}>
      First page
    </Link>
  );

const Pages = ({ search, next }: { search: QueueSearch; next: string | null }) => (
  <p className="row">
    <FirstPage search={search} />
    {next !== null && (
      <Link to="/contracts" search={{ ...search, after: next }}>
        Next page
      </Link>
    )}
  </p>
);
