import { describe, expect, it } from 'vitest'
import { loadContractFile } from '../../src/contract-files/load.ts'
import { head, writeContract } from './write-contract.ts'

describe('YAML aliases', () => {
  it('copies them, so that each reference in them leads to its file', async () => {
    const file = await writeContract({
      'a.yaml': `${head}paths:
  /b: { $ref: 'b.yaml' }
`,
      'b.yaml': `get: { responses: &responses { '200': { $ref: 'c.yaml' } } }
post: { responses: *responses }
`,
      'c.yaml': 'description: Found',
    })
    const { document } = await loadContractFile(file)
    const item = document.paths?.['/b']
    expect(item?.get?.responses?.['200']).toEqual({ $ref: '#/components/responses/c' })
    expect(item?.post?.responses).toEqual(item?.get?.responses)
  })

  it('rejects those inside the anchors that they refer to', async () => {
    const file = await writeContract({ 'a.yaml': `${head}x-loop: &loop { again: *loop }\npaths: {}\n` })
    await expect(loadContractFile(file)).rejects.toThrow(
      'a.yaml has a YAML alias inside the anchor that it refers to. Write a $ref instead.',
    )
  })

  it('rejects those that grow without measure', async () => {
    const grow = ['b', 'c', 'd', 'e', 'f', 'g'].map((name, index) => {
      const alias = `*${'abcdef'[index]}`
      return `x-${name}: &${name} [${Array(10).fill(alias)}]`
    })
    const file = await writeContract({ 'a.yaml': `${head}x-a: &a [0]\n${grow.join('\n')}\npaths: {}\n` })
    await expect(loadContractFile(file)).rejects.toThrow('Excessive alias count')
  })
})
