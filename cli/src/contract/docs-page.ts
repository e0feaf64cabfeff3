import { examplesOf } from '@typed-queue/contracts/compatibility';
import type { ContractSchemas, EventSchema } from './contract-schemas.js';
import { DOCS_STYLE } from './docs-style.js';
import { failureSection } from './docs-failures.js';
import { code, escaped } from './docs-text.js';
import { fieldRows, type FieldRow } from './field-rows.js';

/** The contract as one HTML page: no script, and nothing from any host. */
export const docsPage = (schemas: ContractSchemas, version: string): string => {
  const queues = [...schemas];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Contract: ${queues.map(([queue]) => queue).join(', ')}</title>
<style>${DOCS_STYLE}</style>
</head>
<body>
<nav aria-label="Queues and events">
<strong>Contract <span class="muted">${escaped(version)}</span></strong>
${queues.map(([queue, events]) => navigation(queue, [...events.keys()])).join('\n')}
</nav>
<main>
<h1>Queues</h1>
<p class="muted">Each queue is a log of messages; each message is one of its events, with a payload as below.</p>
${queues.map(([queue, events]) => queueSection(queue, events)).join('\n')}
</main>
</body>
</html>
`;
};

const navigation = (queue: string, events: readonly string[]): string =>
  `<a href="#${queue}">${queue}</a>
<ul>${events.map((event) => `<li><a href="#${queue}.${event}">${event}</a></li>`).join('')}</ul>`;

const queueSection = (queue: string, events: ReadonlyMap<string, EventSchema>): string =>
  `<section aria-labelledby="${queue}">
<h2 id="${queue}">${queue}</h2>
${[...events].map(([event, schema]) => eventSection(queue, event, schema)).join('\n')}
</section>`;

const eventSection = (queue: string, event: string, { schema, failures }: EventSchema): string => {
  const description =
    typeof schema === 'object' && typeof schema.description === 'string' ? schema.description : '';
  const [example] = examplesOf(schema);
  return `<article>
<h3 id="${queue}.${event}"><span>${queue}.</span>${event}</h3>
${description === '' ? '' : `<p>${escaped(description)}</p>`}
<div class="table"><table>
<thead><tr><th>Field</th><th>Type</th><th>Required</th><th>Meaning</th></tr></thead>
<tbody>${fieldRows(schema).map(fieldLine).join('\n')}</tbody>
</table></div>
${example === undefined ? '' : `<p class="muted">Example</p>${code(example)}`}
<details><summary>JSON Schema</summary>${code(schema)}</details>
${failureSection(failures)}
</article>`;
};

const fieldLine = ({ name, type, required, description }: FieldRow): string =>
  `<tr><td>${name === '' ? 'the payload' : `<code>${escaped(name)}</code>`}</td><td>${escaped(type)}</td>` +
  `<td>${required ? 'yes' : 'no'}</td><td>${escaped(description)}</td></tr>`;
