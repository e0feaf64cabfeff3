import type { Socket } from 'node:net';

/** The addresses and ports of both ends, by which one open connection is known, also by a socket of TLS over it. */
export const endsOf = ({ remoteAddress, remotePort, localAddress, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
