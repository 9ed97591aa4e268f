import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { mutantKinds } from './mutant.ts'
import { mutants } from './mutants/index.ts'

const root = new URL('../../', import.meta.url)
const label = ({ variant, name }: { variant: string; name: string }) => `${variant}: ${name}`

describe('the deliberate faults', () => {
  test.each(mutants.map((mutant) => [label(mutant), mutant] as const))(
    'changes code for "%s"',
    (_, mutant) => {
      expect(mutant.mutations).not.toEqual([])
      for (const { file, find, replace } of mutant.mutations) {
        expect(readFileSync(new URL(file, root), 'utf8').split(find), `${file}: ${find}`).toHaveLength(2)
        expect(replace).not.toBe(find)
      }
    },
  )

  test('gives each fault of an API another name', () => {
    const labels = mutants.map(label)
    expect(labels.filter((text, index) => labels.indexOf(text) !== index)).toEqual([])
  })

  test('names the violated rule of each fault', () => {
    expect(mutants.filter(({ source }) => source.trim() === '')).toEqual([])
  })

  test('describes at least 68 faults, and at least 16 of each API that has some', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(68)
    const counts = [...Map.groupBy(mutants, ({ variant }) => variant).values()].map(({ length }) => length)
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(16)
  })

  test('describes at least two faults of each kind', () => {
    const rare = mutantKinds.filter((kind) => mutants.filter((mutant) => mutant.kind === kind).length < 2)
    expect(rare).toEqual([])
  })
})
