import type { JsonObject } from '../forms/json-object.js';
import { samplePayload } from './sample-payload.js';

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** A JSON value as TypeScript writes it. */
export const literalText = (value: unknown, indent = ''): string => {
  if (Array.isArray(value)) return `[${value.map((each) => literalText(each, indent)).join(', ')}]`;
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const fields = Object.entries(value).map(
    ([name, each]) =>
      `${inner}${IDENTIFIER.test(name) ? name : quoted(name)}: ${literalText(each, inner)},\n`,
  );
  return fields.length === 0 ? '{}' : `{\n${fields.join('')}${indent}}`;
};

const quoted = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

/** A program that publishes an event and one that consumes it. */
export const sampleCode = (
  url: string,
  queue: string,
  { event, schema }: { event: string; schema: JsonObject },
) => {
  const payload = literalText(samplePayload(schema, schema));
  return `import { connect } from '@typed-queue/queue-client';
import { contract } from './contract.js';

const queue = connect(contract, { url: ${quoted(url)} });

await queue.publish(${quoted(queue)}, ${quoted(event)}, ${payload});

queue.subscribe(${quoted(queue)}, { group: 'my-group', events: [${quoted(event)}] }, async ({ payload }) => {
  console.log(payload); // return: ack, throw: retry
});
`;
};
