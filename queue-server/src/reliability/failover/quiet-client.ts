import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';

/** A client that says nothing of connections that it loses. */
export const quietClient = (url: string, token: string) => {
  const client = connect(contract, { url, token });
  // Lost connections are the point.
  client.on('connection:failed', () => undefined).on('error', () => undefined);
  // The network is of this run only.
  client.on('token:exposed', () => undefined);
  return client;
};
