import { sparing } from './script.js';

/*
 * KEYS[1] is the key of the owner: its token, until the lease ends. KEYS[2] is the hash of the store: how many owners there
 * were (`owners`), and which process of Redis the last one knew.
 */

/** Takes a lease that nobody has. ARGV: token, term. Returns the number of the owner, and the hash of before. */
export const ACQUIRE = sparing(`
if redis.call('EXISTS', KEYS[1]) == 1 then
  -- Somebody else set it: no owner holds it for ever.
  if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  return {'held'}
end
local before = redis.call('HGETALL', KEYS[2])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {'ok', redis.call('HINCRBY', KEYS[2], 'owners', 1), before}`);

/**
 * Renews a lease, under a new token where the connection is new: whatever an earlier connection still sends is refused from
 * then on, also its renewals. ARGV: the id of the owner, the number of its connection (both make the token), term, the number
 * of the owner.
 */
export const RENEW = sparing(`
local owners = redis.call('HGET', KEYS[2], 'owners')
if not owners then return {'missing'} end
if owners ~= ARGV[4] then return {'superseded'} end
local held = redis.call('GET', KEYS[1])
if held then
  local id = ARGV[1] .. '.'
  if string.sub(held, 1, #id) ~= id then return {'superseded'} end
  if tonumber(string.sub(held, #id + 1)) > tonumber(ARGV[2]) then return {'superseded'} end
end
redis.call('SET', KEYS[1], ARGV[1] .. '.' .. ARGV[2], 'PX', ARGV[3])
return {'ok'}`);

/** Ends a lease. ARGV: token. */
export const RELEASE = sparing(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return {'ok'}`);

/** Notes what the owner knows of the process of Redis. ARGV: token, then fields and values. */
export const NOTE = sparing(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {'owner'} end
for i = 2, #ARGV, 2 do redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
return {'ok'}`);
