import { LOOPBACK, type Host } from '../host.js';

/** What programs reach each other by, and where packets are lost. */
export interface Network {
  /** Whether packets can be lost. */
  readonly canCut: boolean;
  /** Where this process is. */
  readonly own: Host;
  addHost(): Promise<Host>;
  /** From here on, packets from one host to another are lost in silence, and none the other way. */
  lose(from: Host, to: Host): Promise<void>;
  /** No packets are lost any more. */
  mend(): Promise<void>;
}

/** All hosts are this machine. */
export const loopbackNetwork: Network = {
  canCut: false,
  own: LOOPBACK,
  addHost: () => Promise.resolve(LOOPBACK),
  lose: () => Promise.reject(new Error('between programs on one address no packets are lost')),
  mend: () => Promise.resolve(),
};
