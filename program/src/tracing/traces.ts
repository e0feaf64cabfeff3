import { QueueError, SECOND } from '@typed-queue/contracts';
import type { After } from '@typed-queue/contracts/wire';
import * as z from 'zod';
import { isSet, parseEnvironment } from '../environment.js';
import { codeOf, messageOf } from '../thrown.js';
import { after } from '../timers.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface TracesOptions<T> {
  /** The name of the program in its traces, unless `OTEL_SERVICE_NAME` is set. */
  readonly service: string;
  /** What makes spans in this program; called when traces are exported. */
  readonly tracing: () => Promise<T>;
  /** Logs a problem of the export, in one line. */
  readonly warn: (line: string) => void;
}

/** The traces of a program; `tracing` is undefined when none are exported. */
export interface Traces<T> {
  readonly tracing: T | undefined;
  /** Exports what is left, for at most 2 seconds. */
  close(): Promise<void>;
}

/** The running SDK of OpenTelemetry. */
interface Sdk {
  /** Exports what is left. */
  shutdown(): Promise<void>;
}

export interface TracesEnvironment {
  readonly loadSdk: () => Promise<{
    readonly startSdk: (options: Pick<TracesOptions<unknown>, 'service' | 'warn'>) => Sdk;
  }>;
  readonly after: After;
}

const systemEnvironment: TracesEnvironment = { loadSdk: () => import('./open-telemetry-sdk.js'), after };

const CLOSE_MS = 2 * SECOND;
const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';

/** The optional peer dependencies of the programs. */
const PACKAGES = [
  '@opentelemetry/api@~1.9.1',
  '@opentelemetry/exporter-trace-otlp-http@^0.223.0',
  '@opentelemetry/resources@^2.12.0',
  '@opentelemetry/sdk-trace-node@^2.12.0',
];

const endpoint = z.url({ protocol: /^https?$/, error: 'expected an http:// or https:// URL' }).optional();
const variables = { [ENDPOINT]: endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint };

const isExported = (env: Env): boolean =>
  Object.keys(variables).some((name) => isSet(env[name])) && env.OTEL_SDK_DISABLED !== 'true';

/**
 * Starts the export of traces where `OTEL_EXPORTER_OTLP_ENDPOINT` (or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`) says where
 * to. OpenTelemetry is loaded only then; its SDK reads its other variables from the process itself.
 * @throws QueueError `config_invalid` for an endpoint that is no URL, and when OpenTelemetry is not installed
 */
export const startTraces = async <T>(
  env: Env,
  options: TracesOptions<T>,
  environment: TracesEnvironment = systemEnvironment,
): Promise<Traces<T>> => {
  if (!isExported(env)) return { tracing: undefined, close: async () => undefined };
  parseEnvironment(variables, env);
  const { startSdk } = await installed(environment.loadSdk);
  const sdk = startSdk(options);
  return { tracing: await installed(options.tracing), close: () => shutDown(sdk, options, environment) };
};

const NOT_FOUND = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'];

const installed = async <T>(load: () => Promise<T>): Promise<T> => {
  try {
    return await load();
  } catch (cause) {
    if (!NOT_FOUND.includes(codeOf(cause) ?? '') || !messageOf(cause).includes('@opentelemetry/'))
      throw cause;
    const text = `${ENDPOINT} is set, but OpenTelemetry is not installed: npm install ${PACKAGES.join(' ')}`;
    throw new QueueError('config_invalid', text, { cause });
  }
};

/** A program must not wait for a collector that does not answer. */
const shutDown = async (
  sdk: Sdk,
  { warn }: Pick<TracesOptions<unknown>, 'warn'>,
  { after }: TracesEnvironment,
): Promise<void> => {
  let cancel = (): void => undefined;
  const limit = new Promise<void>((resolve) => {
    cancel = after(CLOSE_MS, () => {
      warn(`the last traces could not be exported within ${CLOSE_MS / SECOND} s`);
      resolve();
    });
  });
  await Promise.race([sdk.shutdown().catch(() => undefined), limit]);
  cancel();
};
