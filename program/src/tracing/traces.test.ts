import { describe, expect, it } from '@jest/globals';
import type { After } from '@typed-queue/contracts/wire';
import { startTraces, type Traces, type TracesEnvironment } from './traces.js';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' };

interface Started {
  /** What was loaded or called, in this order. */
  readonly calls: string[];
  readonly lines: string[];
  readonly starting: Promise<Traces<string>>;
}

const start = (
  env: Readonly<Record<string, string>>,
  shutdown: () => Promise<void> = async () => undefined,
): Started => {
  const calls: string[] = [];
  const lines: string[] = [];
  const loadSdk: TracesEnvironment['loadSdk'] = async () => {
    calls.push('load');
    return {
      startSdk: ({ service }) => {
        calls.push(`start ${service}`);
        return { shutdown };
      },
    };
  };
  const tracing = async (): Promise<string> => {
    calls.push('tracing');
    return 'tracing';
  };
  const warn = (line: string): void => void lines.push(line);
  return {
    calls,
    lines,
    starting: startTraces(env, { service: 'logger', tracing, warn }, { loadSdk, after }),
  };
};

/** As if all of it had passed already. */
const after: After = (_ms, run) => {
  setImmediate(run);
  return () => undefined;
};

const missing = (name: string): Error =>
  Object.assign(new Error(`Cannot find package '${name}' imported from here`), {
    code: 'ERR_MODULE_NOT_FOUND',
  });

/** Starts traces where loading the SDK fails. */
const startWithout = (error: Error): Promise<unknown> =>
  startTraces(ENDPOINT, options, { loadSdk: () => Promise.reject(error), after });

const options = { service: 'logger', tracing: async () => undefined, warn: () => undefined };

describe('the traces of a program', () => {
  it.each<Readonly<Record<string, string>>>([
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    { OTEL_SERVICE_NAME: 'shop' },
    { ...ENDPOINT, OTEL_SDK_DISABLED: 'true' },
  ])('are off, and nothing is loaded, with %j', async (env) => {
    const { calls, starting } = start(env);
    const traces = await starting;
    await traces.close();
    expect([traces.tracing, calls]).toEqual([undefined, []]);
  });

  it.each<Readonly<Record<string, string>>>([
    ENDPOINT,
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector.example.com/v1/traces' },
  ])('are exported by an SDK that is started first, with %j', async (env) => {
    const { calls, starting } = start(env);
    expect((await starting).tracing).toBe('tracing');
    expect(calls).toEqual(['load', 'start logger', 'tracing']);
  });

  it('are refused with an endpoint that is no URL', async () => {
    const { calls, starting } = start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' });
    await expect(starting).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('OTEL_EXPORTER_OTLP_ENDPOINT="localhost:4318": expected an http://'),
    });
    expect(calls).toEqual([]);
  });

  it('wait at their end for the SDK, whose failures stop no program', async () => {
    const { lines, starting } = start(ENDPOINT, () => Promise.reject(new Error('odd')));
    await (await starting).close();
    expect(lines).toEqual([]);
  });

  it('end although the SDK does not, and the last ones are missed', async () => {
    const { lines, starting } = start(ENDPOINT, () => new Promise(() => undefined));
    await (await starting).close();
    expect(lines).toEqual(['the last traces could not be exported within 2 s']);
  });
});

describe('without OpenTelemetry', () => {
  it('traces that are to be exported are refused, and what to install is named', async () => {
    const starting = startWithout(missing('@opentelemetry/api'));
    await expect(starting).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringMatching(
        /OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed/,
      ),
    });
  });

  it('another module that is missing is a fault of its own', async () => {
    const error = missing('zod');
    await expect(startWithout(error)).rejects.toBe(error);
  });
});
