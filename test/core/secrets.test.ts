import { describe, expect, it } from 'vitest'
import { areSame, hashOf, newHexSecret, newSecret, newUuid } from '../../src/core/secrets.ts'
import { testCore, times } from './core.ts'

const core = testCore()

describe('secrets', () => {
  it('creates unique secrets of 256 bits', () => {
    const secrets = times(1000, () => newSecret(core))
    expect(new Set(secrets).size).toBe(1000)
    for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/)
    expect(newHexSecret(core, 24)).toMatch(/^[0-9a-f]{48}$/)
  })

  it('hashes secrets with SHA-256', () => {
    expect(hashOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })

  it('compares secrets completely', () => {
    expect([areSame('abc', 'abc'), areSame('abc', 'abd'), areSame('abc', 'abcd'), areSame('', '')]).toEqual([
      true,
      false,
      false,
      true,
    ])
  })
})

describe('UUIDs', () => {
  it('creates UUIDs of version 4', () => {
    for (const uuid of times(100, () => newUuid(core)))
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})
