import type { QueryClient } from '@tanstack/react-query';
import type { Client } from './session.js';

/**
 * Asks for everything again when the client is connected again: the server may have been started with another contract.
 * @returns ends that
 */
export const askAgainWhenConnected = (
  client: Pick<Client, 'on' | 'off'>,
  queries: Pick<QueryClient, 'invalidateQueries'>,
): (() => void) => {
  const connected = ({ again }: { readonly again: boolean }): void => {
    if (again) void queries.invalidateQueries();
  };
  client.on('connected', connected);
  return () => void client.off('connected', connected);
};
