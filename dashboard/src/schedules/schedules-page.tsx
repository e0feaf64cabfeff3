import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { Asked } from '../layout/asked.js';
import { Empty } from '../layout/empty.js';
import { overviewOf } from '../session/queries.js';
import { NEEDED, neededText } from '../session/rights.js';
import { useClient } from '../session/session-context.js';
import { Text } from '../text/text.js';
import { SchedulePage } from './schedule-page.js';
import { schedulesOf } from './schedule-queries.js';
import { ScheduleSection } from './schedule-section.js';
import { ScheduleTable } from './schedule-table.js';
import { schedulesSearch } from './schedules-search.js';

/** The schedules of the server: all that the viewer administers, or one of them. */
export const SchedulesPage = () => {
  const [outcome, setOutcome] = useState<string>();
  const { name } = useSearch({ from: '/schedules', select: schedulesSearch });
  return (
    <>
      <h1>Schedules</h1>
      {outcome !== undefined && (
        <p role="status" className="outcome">
          <Text most={500}>{outcome}</Text>
        </p>
      )}
      {name === undefined ? (
        <AllSchedules done={setOutcome} />
      ) : (
        <SchedulePage key={name} name={name} done={setOutcome} />
      )}
    </>
  );
};

const AllSchedules = ({ done }: { done: (text: string) => void }) => {
  const client = useClient();
  const answer = useQuery(schedulesOf(client));
  // The server itself is shown to those who administer all queues.
  const isPart = useQuery(overviewOf(client, { limit: 1 })).data?.server === null;
  return (
    <Asked answer={answer}>
      {({ schedules, at }) => (
        <>
          {schedules.length > 0 ? <ScheduleTable schedules={schedules} now={at} /> : <NoSchedules />}
          {isPart && <PartNote />}
          <ScheduleSection schedule={undefined} names={schedules.map(({ name }) => name)} done={done} />
        </>
      )}
    </Asked>
  );
};

const NoSchedules = () => (
  <Empty>No schedules: none publishes a message again and again, at the times of a cron pattern.</Empty>
);

const PartNote = () => (
  <p className="quiet">
    Those of queues that you do not administer are not shown. {neededText('A schedule', NEEDED.administer)}
  </p>
);
