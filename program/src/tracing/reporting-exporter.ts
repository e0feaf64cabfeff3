import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';

type Done = Parameters<SpanExporter['export']>[1];

/** Reports when the export of spans begins to fail, once until it succeeds again. */
export class ReportingExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #warn: (line: string) => void;
  #isFailing = false;

  constructor(exporter: SpanExporter, warn: (line: string) => void) {
    this.#exporter = exporter;
    this.#warn = warn;
  }

  export(spans: ReadableSpan[], done: Done): void {
    this.#exporter.export(spans, (result) => {
      this.#note(result.error);
      done(result);
    });
  }

  forceFlush(): Promise<void> {
    return this.#exporter.forceFlush?.() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }

  /** A failed export of OTLP has an error. */
  #note(error: Error | undefined): void {
    if (error !== undefined && !this.#isFailing) {
      this.#warn(`traces cannot be exported, and are lost until they can: ${error.message || error.name}`);
    }
    this.#isFailing = error !== undefined;
  }
}
