import { growing, reading, sparing } from './script.js';

/*
 * Of each journal there are: a hash with its epoch, its next seq, the time of its last message, where it begins (`start`),
 * its active segment (`active`, `begun`, `bytes`), a field for each sealed segment, and the newest producer snapshot; a
 * stream for each segment, in which an entry is a frame, by its first seq and its number of messages; a string for each
 * sealed segment, with the ids of its messages.
 *
 * KEYS[1] is the key of the owner, ARGV[1] the token that it must have; KEYS[2] is the hash.
 */

const OWNED = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {'owner'} end\n`;

/** Makes the journal when it is missing, and returns its hash. ARGV: token, epoch, time. KEYS[3]: the names of all. */
export const OPEN = sparing(`${OWNED}
if redis.call('EXISTS', KEYS[2]) == 0 then
  redis.call('HSET', KEYS[2], 'version', 1, 'epoch', ARGV[2], 'next', 1, 'time', 0, 'start', 1,
    'active', 1, 'begun', ARGV[3], 'bytes', 0)
  redis.call('SADD', KEYS[3], ARGV[4])
end
return {'ok', redis.call('HGETALL', KEYS[2])}`);

/**
 * Appends frames to the active segment. KEYS[3]: its stream. ARGV: token, the seq that is due, the next one afterwards,
 * time, bytes of the segment; then an entry id and the bytes of a frame, each.
 */
export const APPEND = growing(`${OWNED}
local due = redis.call('HGET', KEYS[2], 'next')
if due ~= ARGV[2] then return {'head', due} end
for i = 6, #ARGV, 2 do redis.call('XADD', KEYS[3], ARGV[i], 'f', ARGV[i + 1]) end
redis.call('HSET', KEYS[2], 'next', ARGV[3], 'time', ARGV[4], 'bytes', ARGV[5])
return {'ok'}`);

/**
 * Seals the active segment; the next one begins at the seq that is due. KEYS[3]: the ids of the sealed one. ARGV: token,
 * the seq that is due, the field of the sealed segment and its value, time, producer snapshot, ids.
 */
export const SEAL = growing(`${OWNED}
local due = redis.call('HGET', KEYS[2], 'next')
if due ~= ARGV[2] then return {'head', due} end
redis.call('HSET', KEYS[2], ARGV[3], ARGV[4], 'active', ARGV[2], 'begun', ARGV[5], 'bytes', 0)
if ARGV[6] ~= '' then redis.call('HSET', KEYS[2], 'producers', ARGV[6], 'producersNext', ARGV[2]) end
if ARGV[7] ~= '' then redis.call('SET', KEYS[3], ARGV[7]) end
return {'ok'}`);

/** Drops segments. KEYS from 3 on: theirs. ARGV: token, where the log begins then, the fields of the segments. */
export const DROP = sparing(`${OWNED}
redis.call('HSET', KEYS[2], 'start', ARGV[2])
for i = 3, #ARGV do redis.call('HDEL', KEYS[2], ARGV[i]) end
for i = 3, #KEYS do redis.call('UNLINK', KEYS[i]) end
return {'ok'}`);

/** Gives the journal a new epoch, and returns all former ones. ARGV: token, epoch. */
export const NEW_EPOCH = sparing(`${OWNED}
local former = redis.call('HGET', KEYS[2], 'former')
local epoch = redis.call('HGET', KEYS[2], 'epoch')
if former then former = former .. ',' .. epoch else former = epoch end
redis.call('HSET', KEYS[2], 'epoch', ARGV[2], 'former', former)
return {'ok', former}`);

/** Everything that named a former epoch names the new one. */
export const FORGET_EPOCHS = sparing(`${OWNED}
redis.call('HDEL', KEYS[2], 'former')
return {'ok'}`);

/** The seq that is due: only the owner may take it for that of its own writes. ARGV: token. */
export const HEAD = reading(`${OWNED}
return {'head', redis.call('HGET', KEYS[2], 'next')}`);

/** Whether there is room. */
export const PROBE = growing(`return {'ok'}`);

/**
 * The frames of a segment from the one with a seq on, until they have some bytes: entry ids and frames, in turn.
 * KEYS[1]: its stream. ARGV: seq, bytes.
 */
export const READ = reading(`
local found = redis.call('XREVRANGE', KEYS[1], ARGV[1] .. '-18446744073709551615', '-', 'COUNT', 1)
local from = '-'
if #found > 0 then
  local first, count = string.match(found[1][1], '(%d+)-(%d+)')
  from = found[1][1]
  -- The message is missing: its frame is gone.
  if tonumber(first) + tonumber(count) <= tonumber(ARGV[1]) then from = '(' .. from end
end
local most, bytes, result = tonumber(ARGV[2]), 0, {}
local count = 1
while bytes < most do
  local entries = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', count)
  if #entries == 0 then break end
  for i = 1, #entries do
    local frame = entries[i][2][2]
    result[#result + 1] = entries[i][1]
    result[#result + 1] = frame
    bytes = bytes + #frame
    from = '(' .. entries[i][1]
  end
  local left = math.floor((most - bytes) / (bytes / (#result / 2)))
  count = math.max(1, math.min(256, left))
end
return result`);
