import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { Overview } from '@typed-queue/contracts';
import { HistoryCharts } from '../history/history-charts.js';
import { Asked } from '../layout/asked.js';
import { Empty } from '../layout/empty.js';
import { overviewOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { Attention } from './attention.js';
import { overviewSearch, type OverviewSearch } from './overview-search.js';
import { QueueChoice } from './queue-choice.js';
import { QueueTable } from './queue-table.js';
import { Totals } from './totals.js';

/** All queues at a glance, and what needs attention. */
export const OverviewPage = () => {
  const query = useSearch({ from: '/', select: overviewSearch });
  const answer = useQuery(overviewOf(useClient(), query));
  // The server itself is shown to those who administer all queues.
  const seesAll = answer.data !== undefined && answer.data.server !== null;
  return (
    <>
      <h1>Overview</h1>
      <Asked answer={answer}>
        {(overview) => (
          <>
            <Totals overview={overview} />
            {!seesAll && <PartNote />}
            <Attention findings={overview.attention} seesAll={seesAll} />
          </>
        )}
      </Asked>
      <HistoryCharts seesAll={seesAll} />
      <section>
        <h2>Queues</h2>
        <QueueChoice query={query} />
        {answer.error !== null && <FirstPage query={query} />}
        {answer.data !== undefined && <Queues overview={answer.data} query={query} />}
      </section>
    </>
  );
};

const PartNote = () => (
  <p className="quiet">
    You do not administer every queue: what needs the right admin of a queue, or for groups the right consume,
    is not counted, and – stands for it. Who runs this server can grant it.
  </p>
);

const Queues = ({ overview: { queues, next }, query }: { overview: Overview; query: OverviewSearch }) => (
  <>
    {queues.length === 0 ? <NoQueues search={query.search} /> : <QueueTable queues={queues} />}
    <p className="row">
      <FirstPage query={query} />
      {next !== null && (
        <Link to="/" search={{ ...query, after: next }}>
          Next page
        </Link>
      )}
    </p>
  </>
);

/** Also when the queue that the page begins after is gone. */
const FirstPage = ({ query }: { query: OverviewSearch }) =>
  query.after !== undefined && (
    <Link to="/" search={{ ...query, after: undefined }}>
      First page
    </Link>
  );

const NoQueues = ({ search }: { search: string | undefined }) =>
  search === undefined ? (
    <Empty command="CONTRACT=./queues.js npm start">
      You may see no queue. Sign in with a token that has a right to one, or serve a contract with queues:
    </Empty>
  ) : (
    <Empty>No queue has this in its name.</Empty>
  );
