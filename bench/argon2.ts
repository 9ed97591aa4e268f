/**
 * Nothing but argon2id, as fast as it goes. Arguments: how many at once, seconds, an encoded hash whose parameters count.
 * Prints verifications per second.
 */
import { hash, parseOptions, verify } from '@node-rs/argon2'

const [atOnce, seconds, like = ''] = process.argv.slice(2)
const { memoryCost, timeCost, parallelism } = parseOptions(like)
const password = 'nanoseconds-of-wire-30'
const encoded = await hash(password, { memoryCost, timeCost, parallelism })

const start = performance.now()
const endsAt = start + Number(seconds) * 1000
let done = 0
async function work() {
  while (performance.now() < endsAt) {
    await verify(encoded, password)
    done++
  }
}
await Promise.all(Array.from({ length: Number(atOnce) }, work))
console.log((done * 1000) / (performance.now() - start))
