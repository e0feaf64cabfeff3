import { diag, DiagLogLevel } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  type Resource,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { ReportingExporter } from './reporting-exporter.js';
import type { TracesOptions } from './traces.js';

/** Starts the SDK: spans of this process are exported by OTLP over HTTP, as the variables of OpenTelemetry say. */
export const startSdk = ({
  service,
  warn,
}: Pick<TracesOptions<unknown>, 'service' | 'warn'>): NodeTracerProvider => {
  const line = (text: string): void => warn(`OpenTelemetry: ${text}`);
  const ignore = (): void => undefined;
  // Wrong variables are reported while the parts are made; what fails later is the exporter's to report.
  const logger = { error: line, warn: line, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, DiagLogLevel.WARN);
  const exporter = new ReportingExporter(new OTLPTraceExporter(), warn);
  const provider = new NodeTracerProvider({
    resource: resourceOf(service),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  diag.disable();
  provider.register();
  return provider;
};

const resourceOf = (service: string): Resource =>
  defaultResource()
    .merge(resourceFromAttributes({ 'service.name': service }))
    .merge(detectResources({ detectors: [envDetector] }));
