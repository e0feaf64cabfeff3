/** Runs the services and ends; with the argument `serve`: a warehouse that stays. */
import { QueueError } from '@typed-queue/contracts';
import { EXIT, stopSignal } from '@typed-queue/program';
import { startQueueServer } from '@typed-queue/queue-server';
import { contract } from './contract.js';
import { run } from './run.js';
import { serve } from './serve.js';

const runOnce = async (): Promise<void> => {
  const server = await startQueueServer({ contract, storage: 'memory' });
  const left = await run(server.url, console.log);
  console.log(`${left} tea left`);
  await server.close();
};

/** Undefined: a failure that should not happen. */
const explain = (error: unknown): string | undefined => {
  if (error instanceof QueueError) return error.message;
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  return isTaken ? `${error.message}. Stop the program that has the port, or set PORT.` : undefined;
};

try {
  if (process.argv[2] === 'serve') await serve(process.env, stopSignal(process), console.log);
  else await runOnce();
} catch (error) {
  const explained = explain(error);
  if (explained === undefined) throw error;
  console.error(`example-orders: ${explained}`);
  process.exitCode = error instanceof QueueError ? EXIT.config : EXIT.failed;
}
