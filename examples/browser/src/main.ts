/** Bundles the page and serves it on loopback. */
import { QueueError } from '@typed-queue/contracts';
import { parseEnvironment, portVariable, stopSignal } from '@typed-queue/program';
import { stop } from 'esbuild';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { bundlePage } from './bundle.js';
import { servePage } from './page-server.js';

/** `EX_CONFIG` of sysexits.h. */
const CONFIG_INVALID = 78;

const schema = { PORT: portVariable(8080) };

/** Undefined: a failure that should not happen. */
const explain = (error: unknown): string | undefined => {
  if (error instanceof QueueError) return error.message;
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  return isTaken ? `${error.message}. Stop the program that has the port, or set PORT.` : undefined;
};

try {
  const { PORT } = parseEnvironment(schema, process.env);
  const server = servePage(await bundlePage());
  await stop();
  server.listen(PORT, '127.0.0.1');
  await once(server, 'listening');
  // Safe: a server that listens on a port has an address and a port.
  const { port } = server.address() as AddressInfo;
  console.log(`The page: http://localhost:${port}`);
  stopSignal(process).addEventListener('abort', () => {
    server.close();
    server.closeAllConnections();
  });
} catch (error) {
  const explained = explain(error);
  if (explained === undefined) throw error;
  console.error(`example-browser: ${explained}`);
  process.exitCode = error instanceof QueueError ? CONFIG_INVALID : 1;
}
