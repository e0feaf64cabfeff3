/** Strings that every library accepts as what JSON Schema calls them. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  'date-time': ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
  date: ['2026-01-31'],
  time: ['12:00:00'],
  duration: ['P1D'],
  email: ['user@example.com'],
  ipv4: ['192.0.2.1'],
  ipv6: ['2001:db8::1'],
  uri: ['https://example.com/'],
  uuid: ['8f14e45f-ceea-467f-a83c-5b6f3c1d2e4a'],
};

/** Examples of a format; none for one that is not known here. */
export const formatSamples = (format: string): readonly string[] =>
  Object.hasOwn(SAMPLES, format) ? (SAMPLES[format] ?? []) : [];

export const everyFormatSample: readonly string[] = Object.values(SAMPLES).flat();
