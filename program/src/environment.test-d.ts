import * as z from 'zod';
import { parseEnvironment } from './environment.js';

const parsed = parseEnvironment(
  {
    PORT: z.coerce.number(),
    FORMAT: z.enum(['pretty', 'json']).default('pretty'),
    TOKEN: z.string().optional(),
  },
  {},
);

parsed.PORT satisfies number;
parsed.FORMAT satisfies 'pretty' | 'json';
'json' satisfies typeof parsed.FORMAT;
parsed.TOKEN satisfies string | undefined;
// @ts-expect-error an optional variable may be unset
parsed.TOKEN satisfies string;
// @ts-expect-error a variable that the schema does not name
parsed.HOST satisfies unknown;
// @ts-expect-error the result cannot be changed
parsed.PORT = 1;
