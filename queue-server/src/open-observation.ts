import type { ServerClock } from './engine/clocks.js';
import { QueueHistory, type QueueHistoryDeps } from './history/queue-history.js';
import { MACHINE_CLOCK } from './open-delivery.js';
import { Observation, type ObservationDeps } from './overview/observation.js';

type ObservedServer = Omit<QueueHistoryDeps, 'queues' | 'clock'> & Omit<ObservationDeps, 'history' | 'clock'>;

export interface ObservationClocks {
  /** Default: the clocks of the machine. */
  readonly clock?: ServerClock | undefined;
  /** Steers the measuring of queues, in tests: `clock` does not, for it would take a sample for every 10 seconds. */
  readonly measuringClock?: ServerClock | undefined;
}

/** What is measured of the queues of a server, and what is shown of it. */
export const openObservation = (
  server: ObservedServer,
  { clock = MACHINE_CLOCK, measuringClock = MACHINE_CLOCK }: ObservationClocks,
) => {
  const history = new QueueHistory({
    ...server,
    queues: Object.keys(server.contract),
    clock: measuringClock,
  });
  return { history, observation: new Observation({ ...server, history, clock }) };
};
