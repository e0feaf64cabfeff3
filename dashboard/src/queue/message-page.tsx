import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { countField } from '../address/search-fields.js';
import { Asked } from '../layout/asked.js';
import { Empty } from '../layout/empty.js';
import { messageOf, seqAtOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { Text } from '../text/text.js';
import { absenceText } from './absence-text.js';
import { MessageContent } from './message-content.js';
import { MessageGroups } from './message-groups.js';
import { messageSearch } from './message-search.js';

/** One message, and what the groups made of it. */
export const MessagePage = () => {
  const { queue, seq } = useParams({ from: '/queues/$queue/messages/$seq' });
  const number = countField(1)(seq);
  return number === undefined ? (
    <NoNumber queue={queue} text={seq} />
  ) : (
    <Message key={number} queue={queue} seq={number} />
  );
};

const NoNumber = ({ queue, text }: { queue: string; text: string }) => (
  <Empty>
    <Text most={200}>{text}</Text> in this address is not the number of a message, which is 1 or more in plain
    digits.{' '}
    <Link to="/queues/$queue" params={{ queue }}>
      Show new messages
    </Link>
  </Empty>
);

const Message = ({ queue, seq }: { queue: string; seq: number }) => {
  const client = useClient();
  const { after } = useSearch({ from: '/queues/$queue/messages/$seq', select: messageSearch });
  const answer = useQuery(messageOf(client, queue, seq, after));
  const kept = useQuery(seqAtOf(client, queue, 'start'));
  return (
    <>
      <div className="row">
        <h2>#{seq}</h2>
        <Neighbour queue={queue} seq={seq > 1 ? seq - 1 : undefined} name="Previous" />
        <Neighbour queue={queue} seq={seq + 1} name="Next" />
      </div>
      <Asked answer={answer}>
        {(report) => (
          <>
            {report.message !== null && <MessageContent message={report.message} />}
            {report.message === null && kept.data !== undefined && (
              <Empty>{absenceText(seq, kept.data)}</Empty>
            )}
            {(report.message !== null || report.groups.length > 0) && (
              <MessageGroups queue={queue} report={report} after={after} />
            )}
          </>
        )}
      </Asked>
    </>
  );
};

const Neighbour = ({ queue, seq, name }: { queue: string; seq: number | undefined; name: string }) =>
  seq === undefined ? null : (
    <Link to="/queues/$queue/messages/$seq" params={{ queue, seq: String(seq) }}>
      {name}
    </Link>
  );
