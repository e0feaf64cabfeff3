import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

const attributesOf = ({ attributes }) =>
  Object.fromEntries(
    attributes.map(({ key, value: { stringValue, intValue } }) => [key, stringValue ?? Number(intValue)]),
  );

/** The spans of one request, by OTLP as JSON. */
const spansOf = ({ resourceSpans }) =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        service: attributesOf(resource)['service.name'],
        attributes: attributesOf(span),
      })),
    ),
  );

/** A collector of traces on loopback, by OTLP over HTTP. `status`: what it answers. */
export const startCollector = async (status = 200) => {
  const spans = [];
  const waiting = new Set();
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      if (request.url === '/v1/traces') spans.push(...spansOf(body));
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      for (const look of waiting) look();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    spans,
    /** Resolves with the first span of this name. */
    span: (name) =>
      new Promise((resolve) => {
        const look = () => {
          const found = spans.find((span) => span.name === name);
          if (found !== undefined) resolve(found);
        };
        waiting.add(look);
        look();
      }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
