import { writeSync } from 'node:fs'

// A frame that claims four gigabytes, out of turn, and then noise.
const frames = 3
writeSync(frames, Buffer.from('10000000ffffffff', 'hex'))
writeSync(frames, Buffer.alloc(65_536, 0xa5))
setInterval(() => undefined, 1000)
