import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Chart } from '../charts/chart.js';
import { Failure } from '../layout/failure.js';
import { historyOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { Text } from '../text/text.js';
import { historyContents } from './history-content.js';

/** The last hour of all that this client may see. `seesAll`: it may see all that there is. */
export const HistoryCharts = ({ seesAll }: { seesAll: boolean }) => {
  const { data, error } = useQuery(historyOf(useClient()));
  const contents = useMemo(() => (data === undefined ? [] : historyContents(data, seesAll)), [data, seesAll]);
  if (data !== undefined && contents.length === 0) return null;
  return (
    <section aria-label="The last hour">
      <h2>The last hour</h2>
      {error !== null && <Failure error={error} isShownOld={data !== undefined} />}
      {data?.unreachable !== undefined && (
        <p className="quiet">
          <Text>{`Without ${data.unreachable.join(', ')}: no server that has it can be asked.`}</Text>
        </p>
      )}
      <div className="charts">
        {contents.map(([title, content]) => (
          <Chart key={title} title={title} content={content} />
        ))}
      </div>
    </section>
  );
};
