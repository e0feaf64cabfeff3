import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { Overview, OverviewQuery } from '@typed-queue/contracts';
import { HistoryCharts } from '../history/history-charts.js';
import { Empty } from '../layout/empty.js';
import { Failure } from '../layout/failure.js';
import { Loading } from '../layout/loading.js';
import { overviewOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { Attention } from './attention.js';
import { QueueChoice } from './queue-choice.js';
import { QueueTable } from './queue-table.js';
import { Totals } from './totals.js';

/** All queues at a glance, and what needs attention. */
export const OverviewPage = () => {
  const query = useSearch({ from: '/' });
  const { data, error } = useQuery(overviewOf(useClient(), query));
  return (
    <>
      <h1>Overview</h1>
      {error !== null && <Failure error={error} />}
      {data === undefined ? (
        error === null && <Loading />
      ) : (
        <>
          <Totals overview={data} />
          <Attention findings={data.attention} />
          <HistoryCharts />
          <Queues overview={data} query={query} />
        </>
      )}
    </>
  );
};

const Queues = ({ overview: { queues, next }, query }: { overview: Overview; query: OverviewQuery }) => (
  <section aria-label="Queues">
    <h2>Queues</h2>
    <QueueChoice query={query} />
    {queues.length === 0 ? <NoQueues search={query.search} /> : <QueueTable queues={queues} />}
    <p className="row">
      {query.after !== undefined && (
        <Link to="/" search={{ ...query, after: undefined }}>
          First page
        </Link>
      )}
      {next !== null && (
        <Link to="/" search={{ ...query, after: next }}>
          Next page
        </Link>
      )}
    </p>
  </section>
);

const NoQueues = ({ search }: { search: string | undefined }) =>
  search === undefined ? (
    <Empty command="CONTRACT=./queues.js npm start">
      You may see no queue. Sign in with a token that has a right to one, or serve a contract with queues:
    </Empty>
  ) : (
    <Empty>No queue has this in its name.</Empty>
  );
