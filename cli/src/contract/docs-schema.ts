import { examplesOf, type JsonSchema } from '@typed-queue/contracts/compatibility';
import { code, escaped } from './docs-text.js';
import { fieldRows, type FieldRow } from './field-rows.js';

/** What a schema says of a value, as HTML; `what` names the value. */
export const schemaSection = (what: string, schema: JsonSchema): string => {
  const description =
    typeof schema === 'object' && typeof schema.description === 'string' ? schema.description : '';
  const [example] = examplesOf(schema);
  return `${description === '' ? '' : `<p>${escaped(description)}</p>`}
<div class="table"><table>
<thead><tr><th>Field</th><th>Type</th><th>Required</th><th>Meaning</th></tr></thead>
<tbody>${fieldRows(schema)
    .map((row) => fieldLine(what, row))
    .join('\n')}</tbody>
</table></div>
${example === undefined ? '' : `<p class="muted">Example</p>${code(example)}`}
<details><summary>JSON Schema</summary>${code(schema)}</details>`;
};

const fieldLine = (what: string, { name, type, required, description }: FieldRow): string =>
  `<tr><td>${name === '' ? what : `<code>${escaped(name)}</code>`}</td><td>${escaped(type)}</td>` +
  `<td>${required ? 'yes' : 'no'}</td><td>${escaped(description)}</td></tr>`;
