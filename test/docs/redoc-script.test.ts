import { expect, it } from 'vitest'
import { adaptRedoc, readRedoc } from '../../src/docs/redoc-script.ts'

it('reads Redoc as a script element that is open for the contract', async () => {
  const script = await readRedoc()
  expect(script).toMatch(/^<script type="module">\n[\s\S]+\n$/)
  expect(script.match(/<\/script/gi)).toBeNull()
})

it('rejects a Redoc that lacks a part to replace', () => {
  expect(() => adaptRedoc('const redoc = 4')).toThrow(
    /^Redoc does not contain .+\. Adapt redoc-script\.ts\.$/,
  )
})
