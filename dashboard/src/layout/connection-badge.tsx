import type { ConnectionState } from '@typed-queue/queue-client';
import { useSessionView } from '../session/session-context.js';
import { Text } from '../text/text.js';
import { Problem } from './problem.js';

const WORDS: Readonly<Record<ConnectionState['kind'], string>> = {
  connecting: 'connecting',
  connected: 'connected',
  disconnected: 'connection lost, connecting again',
  refused: 'refused',
  closed: 'closed',
};

/** Whether the page is connected to its server. */
export const ConnectionBadge = () => {
  const { connection } = useSessionView();
  return (
    <span role="status" className="badge" data-state={connection.kind}>
      {WORDS[connection.kind]}
    </span>
  );
};

/** Why it is not, and what follows from it. */
export const ConnectionProblem = () => {
  const { connection, problem } = useSessionView();
  const lost = connection.kind === 'disconnected' ? 'The connection is lost.' : undefined;
  const shown = problem ?? lost;
  if (connection.kind === 'connected' || shown === undefined) return null;
  return (
    <Problem>
      <Text>{shown}</Text>{' '}
      {connection.kind === 'refused'
        ? 'Reload the page when this is mended.'
        : 'What is shown may be old. Trying again; proxies on the way must pass websockets.'}
    </Problem>
  );
};
