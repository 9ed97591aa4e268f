import { describe, expect, it } from 'vitest'
import { areSame, hashOf, newHexSecret, newSecret, newUuid } from '../../src/core/secrets.ts'
import { testCore, times } from './core.ts'

const core = testCore()

describe('secrets', () => {
  it('have 256 bits, and never come twice', () => {
    const made = times(1000, () => newSecret(core))
    expect(new Set(made).size).toBe(1000)
    for (const secret of made) expect(secret).toMatch(/^[\w-]{43}$/)
    expect(newHexSecret(core, 24)).toMatch(/^[0-9a-f]{48}$/)
  })

  it('are hashed as everybody else does it', () => {
    expect(hashOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })

  it('are compared in full', () => {
    expect([areSame('abc', 'abc'), areSame('abc', 'abd'), areSame('abc', 'abcd'), areSame('', '')]).toEqual([
      true,
      false,
      false,
      true,
    ])
  })
})

describe('a UUID', () => {
  it('is of version 4', () => {
    for (const uuid of times(100, () => newUuid(core)))
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})
