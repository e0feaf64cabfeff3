import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { askAgainWhenConnected } from './reconnect.js';
import type { Client, Session, SessionView } from './session.js';

const SessionContext = createContext<Session | undefined>(undefined);

/** Answers come from the client, which waits for a connection and sends again by itself. */
const newQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: { networkMode: 'always', retry: false },
      mutations: { networkMode: 'always' },
    },
  });

/** Gives a session to the page; what one principal was shown is not kept for the next. */
export const SessionProvider = ({ session, children }: { session: Session; children: ReactNode }) => {
  const { signIns, client } = useSyncExternalStore(session.subscribe, session.view);
  return (
    <SessionContext value={session}>
      <Queries key={signIns} client={client}>
        {children}
      </Queries>
    </SessionContext>
  );
};

/** A server that is connected again may have been started with another contract. */
const Queries = ({ client, children }: { client: Client; children: ReactNode }) => {
  const [queries] = useState(newQueryClient);
  useEffect(() => askAgainWhenConnected(client, queries), [client, queries]);
  return <QueryClientProvider client={queries}>{children}</QueryClientProvider>;
};

export const useSession = (): Session => {
  const session = use(SessionContext);
  if (session === undefined) throw new Error('useSession needs a SessionProvider around it.');
  return session;
};

export const useSessionView = (): SessionView => {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, session.view);
};

/** The client for administration. */
export const useClient = (): Client => useSessionView().client;
