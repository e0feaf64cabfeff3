export { openTelemetryTracing, type OpenTelemetryApi } from './open-telemetry-tracing.js';
