import { expect, it } from 'vitest'
import { readOnce } from '../../src/common/read-once.ts'

it('reads each key once, and again after a failure', async () => {
  const calls: string[] = []
  const read = readOnce(async (key: string) => {
    calls.push(key)
    if (calls.length === 1) throw new Error('The file is missing.')
    return key.toUpperCase()
  })
  await expect(read('a')).rejects.toThrow('The file is missing.')
  expect(await Promise.all([read('a'), read('a'), read('b')])).toEqual(['A', 'A', 'B'])
  expect(calls).toEqual(['a', 'a', 'b'])
})
