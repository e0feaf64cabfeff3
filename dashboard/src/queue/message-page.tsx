import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { Empty } from '../layout/empty.js';
import { Failure } from '../layout/failure.js';
import { Loading } from '../layout/loading.js';
import { messageOf, seqAtOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { absenceText } from './absence-text.js';
import { MessageContent } from './message-content.js';
import { MessageGroups } from './message-groups.js';

/** One message, and what the groups made of it. */
export const MessagePage = () => {
  const { queue, seq } = useParams({ from: '/queues/$queue/messages/$seq' });
  const number = Number(seq);
  if (!Number.isSafeInteger(number) || number < 1) {
    return <Empty>The number of a message is 1 or more: this address has none.</Empty>;
  }
  return <Message key={number} queue={queue} seq={number} />;
};

const Message = ({ queue, seq }: { queue: string; seq: number }) => {
  const client = useClient();
  const { after } = useSearch({ from: '/queues/$queue/messages/$seq' });
  const { data, error } = useQuery(messageOf(client, queue, seq, after));
  const message = data?.message;
  const kept = useQuery(seqAtOf(client, queue, 'start'));
  return (
    <>
      <div className="row">
        <h2>#{seq}</h2>
        <Neighbour queue={queue} seq={seq > 1 ? seq - 1 : undefined} name="Previous" />
        <Neighbour queue={queue} seq={seq + 1} name="Next" />
      </div>
      {error !== null && <Failure error={error} />}
      {data === undefined && error === null && <Loading />}
      {message === null && kept.data !== undefined && <Empty>{absenceText(seq, kept.data)}</Empty>}
      {message !== null && message !== undefined && <MessageContent message={message} />}
      {data !== undefined && (message !== null || data.groups.length > 0) && (
        <MessageGroups queue={queue} report={data} after={after} />
      )}
    </>
  );
};

const Neighbour = ({ queue, seq, name }: { queue: string; seq: number | undefined; name: string }) =>
  seq === undefined ? null : (
    <Link to="/queues/$queue/messages/$seq" params={{ queue, seq: String(seq) }}>
      {name}
    </Link>
  );
