import { useMemo } from 'react';
import type { JsonObject } from '../forms/json-object.js';
import { CopyButton } from '../layout/copy-button.js';
import { Json } from '../text/json.js';
import { Text } from '../text/text.js';
import { FailureDeclarations } from './failure-declarations.js';
import type { EventFailures } from './failure-policy.js';
import { FieldTable } from './field-table.js';
import { sampleCode } from './sample-code.js';
import { fieldsOf } from './schema-fields.js';
import { typeText } from './schema-type.js';

interface EventDocumentProps {
  readonly queue: string;
  readonly event: string;
  readonly schema: JsonObject;
  readonly failures: EventFailures;
}

/** An event: the fields of its payload, its declared failures, a program that uses it, and its JSON Schema. */
export const EventDocument = ({ queue, event, schema, failures }: EventDocumentProps) => {
  const code = useMemo(() => sampleCode(location.origin, queue, { event, schema }), [queue, event, schema]);
  return (
    <section aria-label={event}>
      <h3>
        <Text>{event}</Text>
      </h3>
      <Fields event={event} schema={schema} />
      <FailureDeclarations event={event} failures={failures} />
      <details>
        <summary>TypeScript</summary>
        <CopyButton what={`TypeScript of ${event}`} text={() => code} />
        <pre tabIndex={0} aria-label={`TypeScript of ${event}`}>
          <Text most={20_000}>{code}</Text>
        </pre>
      </details>
      <details>
        <summary>JSON Schema</summary>
        <CopyButton what={`schema of ${event}`} text={() => JSON.stringify(schema, null, 2)} />
        <Json value={schema} label={`Schema of ${event}`} />
      </details>
    </section>
  );
};

const Fields = ({ event, schema }: Pick<EventDocumentProps, 'event' | 'schema'>) => {
  const fields = useMemo(() => fieldsOf(schema), [schema]);
  return fields.length === 0 ? (
    <p>
      Its payload is <code>{typeText(schema, schema)}</code>.
    </p>
  ) : (
    <FieldTable label={`Fields of ${event}`} fields={fields} />
  );
};
