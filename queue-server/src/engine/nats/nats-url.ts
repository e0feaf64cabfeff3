/** Where a NATS is, of a URL: one server, or several of a cluster with commas between. */
export interface NatsPlaces {
  /** Each with its port, where one was named. */
  readonly servers: readonly string[];
  /** Whether TLS is a must. Without it, TLS is used where the server asks for it. */
  readonly byTls: boolean;
  readonly credentials: NatsCredentials;
}

/** At most a user with a password, or a token. */
interface NatsCredentials {
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
}

interface Part {
  readonly protocol: string;
  readonly userInfo: string;
  readonly host: string;
}

const PROTOCOLS: readonly string[] = ['nats:', 'tls:'];
const NOTHING_BEHIND_HOST: readonly string[] = ['', '/'];

/** Undefined: it is no URL of a NATS. Without a scheme, a part has that of the first. */
const partsOf = (text: string): readonly Part[] | undefined => {
  const [scheme = ''] = /^\w+:\/\//.exec(text) ?? [];
  const urls = text.split(',').map((part) => (part.includes('://') ? part : `${scheme}${part}`));
  if (!urls.every((url) => URL.canParse(url))) return undefined;
  const parts = urls.map((url) => {
    const { protocol, username, password, host, pathname, search, hash } = new URL(url);
    const hasMore = !NOTHING_BEHIND_HOST.includes(pathname) || search !== '' || hash !== '';
    const userInfo = password === '' ? username : `${username}:${password}`;
    return { protocol, userInfo, host: hasMore ? '' : host };
  });
  return areOne(parts) && parts.every(({ userInfo }) => isDecodable(userInfo)) ? parts : undefined;
};

/** Whether they name servers of one cluster, which one user reaches in one way. */
const areOne = (parts: readonly Part[]): boolean =>
  parts.every(({ protocol, host }) => PROTOCOLS.includes(protocol) && host !== '') &&
  new Set(parts.map(({ protocol }) => protocol)).size === 1 &&
  new Set(parts.map(({ userInfo }) => userInfo).filter((userInfo) => userInfo !== '')).size <= 1;

/** A `%` that is meant as such is written `%25`. */
const isDecodable = (text: string): boolean => {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
};

/** `nats://` or `tls://`, with several hosts where it is a cluster. */
export const isNatsUrl = (text: string): boolean => partsOf(text) !== undefined;

export const placesOf = (url: string): NatsPlaces => {
  const parts = partsOf(url) ?? [];
  const userInfo = parts.map((part) => part.userInfo).find((text) => text !== '') ?? '';
  return {
    servers: parts.map(({ host }) => host),
    byTls: parts[0]?.protocol === 'tls:',
    credentials: credentialsOf(userInfo),
  };
};

/** As NATS reads it: a name without a password is a token. */
const credentialsOf = (userInfo: string): NatsCredentials => {
  const [user = '', pass] = userInfo.split(':').map(decodeURIComponent);
  if (user === '') return {};
  return pass === undefined ? { token: user } : { user, pass };
};

/** The same URL without what is secret in it. */
export const shownNatsUrl = (text: string): string => {
  const { servers, byTls } = placesOf(text);
  return `${byTls ? 'tls' : 'nats'}://${servers.join(',')}`;
};
