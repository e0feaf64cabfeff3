import type { EventFailureSchemas, FailureSchema, JsonSchema } from '@typed-queue/contracts/compatibility';
import { code, escaped } from './docs-text.js';
import { fieldRows } from './field-rows.js';

/** The declared failures of an event or a call, as HTML; `final`: what happens without a retry. */
export const failureSection = (failures: EventFailureSchemas, final: string): string => {
  const declared = Object.entries(failures);
  if (declared.length === 0) return '';
  return `<div class="table"><table>
<thead><tr><th>Failure</th><th>Then</th><th>Comes with</th></tr></thead>
<tbody>${declared.map(([name, failure]) => failureLine(name, failure, final)).join('\n')}</tbody>
</table></div>
${declared.map(([name, { data }]) => (data === undefined ? '' : details(name, data))).join('')}`;
};

const failureLine = (name: string, { data, ...failure }: FailureSchema, final: string): string =>
  `<tr><td><code>${escaped(name)}</code></td><td>${policyText(failure, final)}</td>` +
  `<td>${
    data === undefined
      ? ''
      : fieldRows(data)
          .map(({ name: field, type }) => escaped(`${field} ${type}`.trim()))
          .join('<br>')
  }</td></tr>`;

const policyText = ({ retry, retryDelaysMs }: FailureSchema, final: string): string => {
  if (!retry) return final;
  return retryDelaysMs === undefined ? 'tried again' : `tried again after ${retryDelaysMs.join(', ')} ms`;
};

const details = (name: string, data: JsonSchema): string =>
  `<details><summary>JSON Schema of ${escaped(name)}</summary>${code(data)}</details>`;
