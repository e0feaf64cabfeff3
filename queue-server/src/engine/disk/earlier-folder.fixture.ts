import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * The files of a data folder as version 0.1.0 left it before groups were kept twice: by their paths, each in base64,
 * as JSON, gzipped, in base64. See `earlier-folder.test.ts` for what is in it.
 */
const FILES = [
  'H4sIAAAAAAACA7VYW3eiSBD+L3md3QlgTJY9Zx4AAWGERFQu/SagcmnQBBVlz/73rQZFZTAxMzt9jiZiX6q++r6qav+5e93MNrPs',
  'fh5ieKcuB/0VLxd3f9/ReSLvTF0yqAXPydxhiFw9esab/Krw3JWh9ridM1bghcLBWCtQoqz1gss1gQ51WdwPLDHXZAM7hUZplkaj',
  '4eX6+CnaB9gwuCE/Ip/ZBbx9Z++5Yd4rJ5zmj3Q5my4XYJvM3T7y0h/RY6QV4mS1fNbnuEU9QbRa1zlx+cfjhNOzkDqfccSED0sb',
  '+ZxTzlC72OzwRT8L3dRcO4m5V6LlbiCoFLIDCv4PlZTKZnt141t0iGwlfI6UTEkNPOsPw+dQCeej3ZOSdGnXUrEXKo/aPg992Xzw',
  'BeVRCVV2+iXZLekTjlvit/q0MZ4z4dxYGKjGUXL4m3FcfITj8GYc+VEbjvyFf7pw6d/gEjv6Ejvm6eXBF01J5DmJYC2UgHcRFd4P',
  'Sy6fGMMvqenuNSS8koZ1wPhwfn/fiCF/xr3KxqFROBaOW30KnBbnGz6Flz7d/XEpUX/zNnXx7GsyfYtBmtbQ/5LGND+Js1Zppifz',
  '+23u/ao0wbzF23Kzup47VGXtvZc7ik/lDkrrHQ2kHlBPYQbjBeNYZqhHWq71pAQtLtebSlfJpZLzY/I5KqF4XCbekm/kDuWncke5',
  'XpS8jhF46bB1itz2GLg6ZfAGkTinOuXYKqVA7J2E3ZLYazbtLwc5W/FVK3MbOYtXX1/MCr8zYi3qgD7dbvnBfzP1Epb2WqcI87an',
  'kIPeplY3JrpCHXXr21wIWtv5lkmjEfiToJUrmwXx5/j9c6gmU1stwDfIWSrtplr4jNc+rMOezEZTgkP0STKOYK8EZS7DHnNlgWyD',
  'AttSb688gp1rxw54v29g1+Yp8kzrUHA+H/i2jgn2KJEyjzFZP972MD7xhMsBY0E17x8P3MxbcuPLA/9ZnhzwaB0x9wFPEn/vdsyc',
  '4OrZJvatSYWrtcPgW1Z/D3FxZYkiNQIw2ftWt1CilWuPIB42v3WYBakXuWaJe3gxTkgVGkMw90BD3NqJjEAL6UDr8TGytELvSZEO',
  'Z8FeiSuz22PuBdwoXwbbOhDLdM3C97ljmwWyoB4lKHD7Op7PhFFniiYTyLEmwUAiwPbu88523hRgP6pzAX+G9y3A8jyjLx2IO7K1',
  '1lndm/eD+A+b218Zciaci+W9XYP83C6tJba1/T+rJagjaO8yFPQFIukLtsCDAvaCGO5WPtTE2ajURK1dLzED1I/LuELNynxbxaVG',
  'ILZTWdogmaX9vlbtBzpxmS4GHsHcHeiMLustStWtOzrW4r9g7hDmgt5kzCBb7cJ8sGu9chPSo6h7ZEnxrNJtALylwQbg5jIHG4j/',
  'MfC30ilwFc7ZusnkxCXIiVWPU+8XlXYyFT4faQIleO91hheaADwSyH/rY6/lkrMJ1rKZTW2EvTQGbl/kagz5JCMc/832FLU9+3fs',
  'SXTACPC2uiSfNXHd3YprkwNW5xTbqo8ksdUych6SJ4dYrrDTMRrnTkr7IC+sCX+1sdfVx17xPJ4wWsEVz4RbNZYqniZmBP1OXOIF',
  'fPQYdlPmr8RkDvlrjY79bqiulZRmbbvsg2seO0wQuIlf4ZtKNALcD/hmBz1VNU6o9ORBvS3PS81N09cbeVzAmRj1zZIHRGOgV76s',
  '201/Sc5NpJXbN/fElkpLxF4DtGwcYxRAXt0QvI71aG5SjVhecIM6coPYW+9f6RvqH0383+lFTOuFBvZAxexpD7DmVLfJmlbcWUrp',
  'Y1zmloTGx75USaiK77b5slVXZT63SE4VJ5Cv+ZdEo6mq0T81YEqdz3mfvzn/lg2rcJbPJeDH3r2S16c37yu8NsoG3+xl/k8eXWrm',
  'Oo9Iv1LGoYXXB79vqQeZYxskThe9jd9XwQfq26lJb9wenoIV8/jO7WG5qIP5/YSjcu328OnmHAzzZ1P/Tzxbr2dvH/wKsdFGIwNf',
  'v0kovU/eJCKuNlZnHGZgTXZIRqEz1h7Q2Nk7jco/z4WHvnnqEFnSAYr602b7w00i+JWbxKEq8Mtg9aYLEtw2vb/y+MtEzXrqIhdb',
  'O8T2zsBYuaT6RGIHslFHI9mABKKIgZFm7oLCCMsgMIEWSYEO3Tb0egl0gx3oAvOBpVCA19oZczlUn0grhjunAEWEZee3O1SoNbJ1',
  'uPH6uGI2jqs9xYdnWEe6SbIXYFztOV6cnp1e71RLqAJWt7zBl78qCBXDZ1DBHNJlphc3/qL5awlkWuxYoIy07lBBcWKlymv4RIht',
  'rZoMG5cKvK1q/VBNf2NF9OfDb9/axdRQ/IAZuNI7ijcXyo/trCBeV/wnRXT373/qvW7ocxQAAA==',
].join('');

/** The token under which its group settled messages. */
export const EARLIER_TOKEN = 4294967297;

export const writeEarlierFolder = async (dir: string): Promise<void> => {
  // Safe: recorded above.
  const files = JSON.parse(String(gunzipSync(Buffer.from(FILES, 'base64')))) as Record<string, string>;
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content, 'base64');
  }
};
