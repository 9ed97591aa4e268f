/**
 * Measures argon2id alone, and prints verifications per second. Arguments: the number of concurrent
 * verifications, seconds, an encoded hash with the parameters to use.
 */
import { hash, parseOptions, verify } from '@node-rs/argon2'

const [concurrency, seconds, sampleHash = ''] = process.argv.slice(2)
const { memoryCost, timeCost, parallelism } = parseOptions(sampleHash)
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
await Promise.all(Array.from({ length: Number(concurrency) }, work))
console.log((done * 1000) / (performance.now() - start))
