const MAPPED = /^::ffff:([\d.]+)$/i;
const GROUPS = 8;
const GROUPS_OF_RANGE = 4;

/** The addresses of one client: an IPv4 address itself, the /64 of an IPv6 address, of which one client has all. */
export const addressRange = (address: string): string => {
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address;
  const [before = '', after] = address.split('::');
  const [first, last] = [before, after ?? ''].map((text) => text.split(':').filter((group) => group !== ''));
  const known = [...(first ?? []), ...(last ?? [])].length;
  const zeros = Array.from({ length: after === undefined ? 0 : GROUPS - known }, () => '0');
  return `${[...(first ?? []), ...zeros, ...(last ?? [])].slice(0, GROUPS_OF_RANGE).join(':')}::/64`;
};
