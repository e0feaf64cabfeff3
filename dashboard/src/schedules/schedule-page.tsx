import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ScheduleStatus } from '@typed-queue/contracts';
import { Asked } from '../layout/asked.js';
import { Confirmation } from '../layout/confirmation.js';
import { Empty } from '../layout/empty.js';
import { Facts, headerFacts } from '../layout/facts.js';
import { PayloadSection } from '../layout/payload-section.js';
import { useClient } from '../session/session-context.js';
import { MISSED } from './missed-runs.js';
import { lastText, nextText } from './run-text.js';
import { ScheduleSection } from './schedule-section.js';
import { schedulesOf } from './schedule-queries.js';

interface SchedulePageProps {
  readonly name: string;
  /** Called with what was done to the schedule. */
  readonly done: (text: string) => void;
}

/** One schedule: when it runs, what it publishes, and buttons to edit or delete it. */
export const SchedulePage = ({ name, done }: SchedulePageProps) => {
  const navigate = useNavigate();
  const answer = useQuery(schedulesOf(useClient()));
  const leave = (text: string): void => {
    done(text);
    void navigate({ to: '/schedules', search: {} });
  };
  return (
    <>
      <Link to="/schedules" search={{}}>
        ← All schedules
      </Link>
      <h2>{name}</h2>
      <Asked answer={answer}>
        {({ schedules, at }) => {
          const schedule = schedules.find((each) => each.name === name);
          return schedule === undefined ? (
            <Empty>There is no schedule of this name, or not for you.</Empty>
          ) : (
            <Opened schedule={schedule} now={at} done={leave} />
          );
        }}
      </Asked>
    </>
  );
};

interface OpenedProps {
  readonly schedule: ScheduleStatus;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly done: (text: string) => void;
}

const Opened = ({ schedule, now, done }: OpenedProps) => {
  const { cron, timeZone, queue, event, missed, headers, payload } = schedule;
  return (
    <>
      <div className="row">
        <DeleteAction schedule={schedule} done={done} />
      </div>
      <Facts
        label="Schedule"
        facts={[
          ['Next run', nextText(schedule, now)],
          ['Last run', lastText(schedule, now)],
          ['Cron', cron],
          ['Time zone', timeZone],
          ['Missed runs', MISSED[missed]],
          ['Queue', queue],
          ['Event', event],
          ...headerFacts(headers),
        ]}
      />
      <PayloadSection payload={payload} />
      <ScheduleSection schedule={schedule} names={[]} done={done} />
    </>
  );
};

const DeleteAction = ({ schedule: { name }, done }: Omit<OpenedProps, 'now'>) => {
  const { admin } = useClient();
  const remove = async (): Promise<void> => {
    const isDeleted = await admin.schedules.delete(name);
    done(isDeleted ? `${name} is deleted.` : `There was no schedule ${name} any more.`);
  };
  return (
    <Confirmation action="Delete" isDanger run={remove}>
      <p>
        <b>{name}</b> publishes nothing more. What it published stays. This cannot be undone.
      </p>
    </Confirmation>
  );
};
