import type { ContractSchemas, EventPart, QueuePart } from './contract-schemas.js';
import { callSection } from './docs-calls.js';
import { DOCS_STYLE } from './docs-style.js';
import { failureSection } from './docs-failures.js';
import { escaped } from './docs-text.js';
import { schemaSection } from './docs-schema.js';

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
${queues.map(([queue, parts]) => navigation(queue, [...parts.keys()])).join('\n')}
</nav>
<main>
<h1>Queues</h1>
<p class="muted">Each queue is a log of messages; each message is one of its events, with a payload as below. A call is a request with an answer.</p>
${queues.map(([queue, parts]) => queueSection(queue, parts)).join('\n')}
</main>
</body>
</html>
`;
};

const navigation = (queue: string, names: readonly string[]): string =>
  `<a href="#${queue}">${queue}</a>
<ul>${names.map((name) => `<li><a href="#${queue}.${name}">${name}</a></li>`).join('')}</ul>`;

const queueSection = (queue: string, parts: ReadonlyMap<string, QueuePart>): string =>
  `<section aria-labelledby="${queue}">
<h2 id="${queue}">${queue}</h2>
${[...parts].map(([name, part]) => partSection(queue, name, part)).join('\n')}
</section>`;

const partSection = (queue: string, name: string, part: QueuePart): string =>
  `<article>
<h3 id="${queue}.${name}"><span>${queue}.</span>${name}</h3>
${part.kind === 'event' ? eventSection(part) : callSection(part)}
</article>`;

const eventSection = ({ schema, failures }: EventPart): string =>
  `${schemaSection('the payload', schema)}
${failureSection(failures, 'dead-lettered at once')}`;
