import type { Server as HttpServer } from 'node:http';
import type { Calls } from './calls/calls.js';
import type { GroupDelivery } from './delivery/group-delivery.js';
import type { GroupExpiry } from './delivery/group-expiry.js';
import type { PublishGate } from './delivery/publish-gate.js';
import type { Engine } from './engine/engine.js';
import type { QueueHistory } from './history/queue-history.js';
import type { Schedule } from './schedule/schedule.js';
import type { OperatorLog } from './operator-log/operator-log.js';
import type { TlsHandshakes } from './transport/tls-handshakes.js';

/** The parts of a running server that have to end. */
interface Running {
  readonly http: Pick<HttpServer, 'closeAllConnections'>;
  /** Of a server with TLS. */
  readonly tlsHandshakes: TlsHandshakes | undefined;
  readonly io: { emit(event: 'draining'): unknown; close(): Promise<void> };
  readonly publishGate: PublishGate;
  readonly delivery: GroupDelivery;
  readonly calls: Calls;
  readonly schedule: Schedule;
  readonly expiry: GroupExpiry;
  readonly history: QueueHistory;
  readonly log: OperatorLog;
}

const DRAIN_STEP_MS = 20;
/** For so long members finish before their queue is handed over: those that take longer go on with their leases. */
const HAND_OVER_MS = 2_000;

export interface Draining {
  /** How long it waits for members and responders. */
  readonly drainMs: number;
  /**
   * Whether others serve its queue next, and it is reached meanwhile: it takes publishes, and members keep their leases.
   * Default: false.
   */
  readonly handsOver?: boolean | undefined;
}

/** Drains, disconnects all clients and closes the engine. */
export const stop = async (running: Running, engine: Engine, draining: Draining): Promise<void> => {
  running.expiry.stop();
  running.history.stop();
  const sent = running.schedule.close();
  await drain(running, draining);
  await sent;
  running.calls.close();
  await disconnect(running);
  await engine.close();
  running.log.close();
};

/** Ends a server that nobody can connect to. */
export const abandon = async (
  running: Pick<Running, 'expiry' | 'history' | 'calls' | 'schedule' | 'log'>,
  engine: Engine,
): Promise<void> => {
  running.expiry.stop();
  running.history.stop();
  running.calls.close();
  await running.schedule.close();
  running.log.close();
  await engine.close();
};

/** Cuts all connections and grants nothing more; nobody is notified. The engine stays open. */
export const cutOff = async (running: Running): Promise<void> => {
  running.expiry.stop();
  running.history.stop();
  running.delivery.stop();
  running.calls.close();
  // What it is sending may never end.
  void running.schedule.close();
  await disconnect(running);
  running.log.close();
};

const disconnect = async ({ http, tlsHandshakes, io }: Running): Promise<void> => {
  const closed = io.close();
  // A connection that has sent no request, or half of one, would stay open for ever.
  http.closeAllConnections();
  tlsHandshakes?.abort();
  await closed;
};

/** Ends publishes, grants and calls; resolves when members and responders have answered what they hold, or the time is over. */
const drain = async (
  { publishGate, delivery, calls, io }: Running,
  { drainMs, handsOver = false }: Draining,
): Promise<void> => {
  calls.drain();
  // Nobody else would hand out messages meanwhile.
  if (handsOver) await within(drainMs, () => calls.isIdle);
  delivery.stop();
  if (!handsOver) await publishGate.drain();
  io.emit('draining');
  if (handsOver) await within(Math.min(drainMs, HAND_OVER_MS), () => delivery.idle);
  else await within(drainMs, () => delivery.idle && calls.isIdle);
  await publishGate.drain();
  // The answers to the last outcomes are written by then.
  await new Promise((resolve) => setImmediate(resolve));
};

/** Resolves when something holds, or the time is over. */
const within = async (ms: number, holds: () => boolean): Promise<void> => {
  const end = performance.now() + ms;
  while (!holds() && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, DRAIN_STEP_MS));
  }
};
