import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ScheduledReport } from '@typed-queue/contracts';
import { Asked } from '../layout/asked.js';
import { Confirmation } from '../layout/confirmation.js';
import { Empty } from '../layout/empty.js';
import { Facts, headerFacts } from '../layout/facts.js';
import { PayloadSection } from '../layout/payload-section.js';
import { useClient } from '../session/session-context.js';
import { Text } from '../text/text.js';
import { momentText, untilText } from '../text/time.js';
import { waitingMessage, type SeenMessage } from './scheduled-queries.js';
import { scheduledSearch } from './scheduled-search.js';

const GONE = 'It does not wait: it was published when it was due, or cancelled.';

interface WaitingMessageProps {
  readonly queue: string;
  readonly id: string;
  /** Called with what was done to the message. */
  readonly done: (text: string) => void;
}

/** One message that waits: its payload and headers, and a button to cancel it. */
export const WaitingMessage = ({ queue, id, done }: WaitingMessageProps) => {
  const { message: _, ...search } = useSearch({ from: '/queues/$queue/scheduled', select: scheduledSearch });
  const navigate = useNavigate();
  const answer = useQuery(waitingMessage(useClient(), queue, id));
  const leave = (text: string): void => {
    done(text);
    void navigate({ to: '/queues/$queue/scheduled', params: { queue }, search });
  };
  return (
    <>
      <Link to="/queues/$queue/scheduled" params={{ queue }} search={search}>
        ← All waiting messages
      </Link>
      <h2>Waiting message</h2>
      <Asked answer={answer}>
        {(seen) => (
          <>
            {(seen === null || seen.isGone) && <Empty>{GONE}</Empty>}
            {seen !== null && <Message queue={queue} seen={seen} done={leave} />}
          </>
        )}
      </Asked>
    </>
  );
};

interface MessageProps {
  readonly queue: string;
  readonly seen: SeenMessage;
  readonly done: (text: string) => void;
}

const Message = ({ queue, seen: { message, isGone, at }, done }: MessageProps) => {
  const { id, event, dueAt, headers, payload } = message;
  return (
    <>
      <div className="row">
        <CancelAction queue={queue} message={message} refusal={isGone ? GONE : undefined} done={done} />
      </div>
      <Facts
        label="Message"
        facts={[
          ['Due', `${momentText(dueAt)} (${untilText(dueAt, at)})`],
          ['Event', event],
          ['Id', id],
          ...headerFacts(headers),
        ]}
      />
      <PayloadSection payload={payload} />
    </>
  );
};

interface CancelActionProps {
  readonly queue: string;
  readonly message: ScheduledReport;
  /** Why it cannot be cancelled; undefined: it can. */
  readonly refusal: string | undefined;
  readonly done: (text: string) => void;
}

const CancelAction = ({ queue, message: { id, event, dueAt }, refusal, done }: CancelActionProps) => {
  const { admin } = useClient();
  const cancel = async (): Promise<void> => {
    const isCancelled = await admin.scheduled.cancel(queue, id);
    done(isCancelled ? 'Cancelled: it is never published.' : `Not cancelled. ${GONE}`);
  };
  return (
    <Confirmation action="Cancel message" isDanger refuse="Keep it" refusal={refusal} run={cancel}>
      <p>
        <b>
          <Text most={200}>{event}</Text>
        </b>
        , due {momentText(dueAt)}, is removed and never published. This cannot be undone.
      </p>
    </Confirmation>
  );
};
