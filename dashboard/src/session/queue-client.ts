import { defineContract, untypedQueue } from '@typed-queue/contracts';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import type { Client } from './session.js';
import { useSession } from './session-context.js';

/**
 * A client that publishes to a queue and tails it, for as long as the component is shown. Its contract has the events that
 * the server says the queue has, with any payload.
 * @param events their names; the same array until they change
 */
export const useQueueClient = (queue: string, events: readonly string[]): Client | undefined => {
  const session = useSession();
  const [client, setClient] = useState<Client>();
  useEffect(() => {
    if (events.length === 0) return undefined;
    const opened = session.open(defineContract({ [queue]: untypedQueue(queue, events) }));
    setClient(opened);
    return () => {
      setClient(undefined);
      void opened.close({ timeoutMs: 0 });
    };
  }, [session, queue, events]);
  return client;
};

export const useIsConnected = (client: Client | undefined): boolean => {
  const subscribe = useCallback(
    (changed: () => void) => {
      client?.on('connected', changed);
      client?.on('disconnected', changed);
      return () => {
        client?.off('connected', changed);
        client?.off('disconnected', changed);
      };
    },
    [client],
  );
  return useSyncExternalStore(subscribe, () => client?.state.kind === 'connected');
};
