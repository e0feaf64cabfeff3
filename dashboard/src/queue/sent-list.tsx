import { Link } from '@tanstack/react-router';
import { QueueError, type Receipt, type ScheduledReceipt } from '@typed-queue/contracts';
import { match } from 'ts-pattern';
import { Failure } from '../layout/failure.js';
import { useRights } from '../session/own-rights.js';
import { Text } from '../text/text.js';
import { momentText, untilText } from '../text/time.js';
import type { Sent } from './outbox.js';

interface SentListProps {
  readonly queue: string;
  readonly sent: readonly Sent[];
  readonly isConnected: boolean;
  readonly cancel: (id: number) => void;
}

/** What became of each message that was published. */
export const SentList = ({ sent, ...props }: SentListProps) =>
  sent.map((one) => <Outcome key={one.id} sent={one} {...props} />);

const Outcome = ({ sent, queue, isConnected, cancel }: Omit<SentListProps, 'sent'> & { sent: Sent }) =>
  match(sent.outcome)
    .with({ kind: 'pending' }, () => (
      <div className="row end">
        <p role="status">
          <Text>{sent.event}</Text> {isConnected ? 'has no receipt yet.' : 'waits for the connection.'}
        </p>
        <button type="button" onClick={() => cancel(sent.id)}>
          Cancel
        </button>
      </div>
    ))
    .with({ kind: 'stored' }, ({ receipt }) => <Stored queue={queue} receipt={receipt} />)
    .with({ kind: 'waits' }, ({ receipt }) => <Waits queue={queue} receipt={receipt} />)
    .with({ kind: 'failed' }, ({ error }) => (
      <Failure what={`${sent.event} ${isUnknown(error) ? 'may be stored' : 'is not stored'}`} error={error} />
    ))
    .exhaustive();

const isUnknown = (error: unknown): boolean =>
  error instanceof QueueError && error.code === 'outcome_unknown';

const Stored = ({ queue, receipt: { seq, duplicate } }: { queue: string; receipt: Receipt }) => (
  <div className="row end">
    <p role="status">
      {duplicate ? 'Its dedupe key is known: stored before as ' : 'Stored as '}
      <Link to="/queues/$queue/messages/$seq" params={{ queue, seq: String(seq) }}>
        #{seq}
      </Link>
      .
    </p>
  </div>
);

/** Only operators are shown what waits. */
const Waits = ({ queue, receipt: { id, dueAt } }: { queue: string; receipt: ScheduledReceipt }) => {
  const isShown = useRights(queue)?.admin === true;
  return (
    <div className="row end">
      <p role="status">
        Waits until {momentText(dueAt)} ({untilText(dueAt, Date.now())}).{' '}
        {isShown && (
          <Link to="/queues/$queue/scheduled" params={{ queue }} search={{ message: id }}>
            Show it
          </Link>
        )}
      </p>
    </div>
  );
};
