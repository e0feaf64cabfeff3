import { expect, it } from '@jest/globals';
import { InMemorySpanExporter, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import { ReportingExporter } from './reporting-exporter.js';

type Result = Parameters<Parameters<SpanExporter['export']>[1]>[0];

it('the failing export of traces is reported once, and again after it has succeeded', async () => {
  const working = new InMemorySpanExporter();
  const stopped = new InMemorySpanExporter();
  await stopped.shutdown();
  const turns = [stopped, stopped, working, stopped];
  const lines: string[] = [];
  const results: Result[] = [];
  const exporter = new ReportingExporter(
    { export: (spans, done) => turns.shift()?.export(spans, done), shutdown: () => Promise.resolve() },
    (line) => lines.push(line),
  );
  for (let n = 0; n < 4; n++) {
    results.push(await new Promise<Result>((resolve) => exporter.export([], resolve)));
  }
  const line = 'traces cannot be exported, and are lost until they can: Exporter has been stopped';
  expect(lines).toEqual([line, line]);
  expect(results.map(({ error }) => error === undefined)).toEqual([false, false, true, false]);
});
