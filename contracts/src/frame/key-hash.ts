const { imul } = Math;

/** The hash of an ordering key, never 0 (FNV-1a, 32 bits, over UTF-16 code units). */
export const keyHash = (key: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = imul(hash ^ key.charCodeAt(at), 0x01000193);
  return hash >>> 0 || 1;
};
