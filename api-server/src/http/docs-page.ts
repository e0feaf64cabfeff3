import { Router, type RequestHandler } from 'express';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const swaggerUi = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** Nothing on the page comes from another host, or goes to one. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>typed-queue API</title>
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png" />
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/initializer.js"></script>
  </body>
</html>
`;

/** After signing in, the page shows what the user may see. Only the page's memory holds the token. */
const INITIALIZER = `let token;
const showAgain = (act, system) => (payload) => {
  act(payload);
  token = payload.bearer?.value;
  system.specActions.download();
};
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  validatorUrl: null,
  persistAuthorization: false,
  requestInterceptor: (request) => {
    if (request.loadSpec && token) request.headers.Authorization = 'Bearer ' + token;
    return request;
  },
  plugins: [{ statePlugins: { auth: { wrapActions: { authorize: showAgain, logout: showAgain } } } }],
});
`;

const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

const text =
  (type: string, body: string): RequestHandler =>
  (_request, response) => {
    response.type(type).send(body);
  };

/** The page that shows the API's description, to be mounted at `/docs`. */
export const docsPage = (): Router => {
  const router = Router();
  router.use((_request, response, next) => {
    response.set('Content-Security-Policy', POLICY);
    next();
  });
  router.get('/', text('html', PAGE));
  router.get('/initializer.js', text('js', INITIALIZER));
  for (const asset of ASSETS) {
    router.get(`/${asset}`, (_request, response) => {
      response.sendFile(join(swaggerUi, asset), { maxAge: '1h' });
    });
  }
  return router;
};
