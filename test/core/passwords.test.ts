import { dictionary } from '@zxcvbn-ts/language-common'
import { describe, expect, it } from 'vitest'
import { AuthError } from '../../src/core/errors.ts'
import {
  assertNewPassword,
  hashPassword,
  rehashIfOutdated,
  verifyPassword,
} from '../../src/core/passwords.ts'
import { testCore } from './core.ts'

const codeOf = async (check: () => Promise<void>) => {
  try {
    await check()
  } catch (error) {
    return error instanceof AuthError ? error.code : error
  }
}

describe('new passwords', () => {
  const core = testCore()

  it.each([
    ['🦉🦊🐻🐼🐨🐯🦁🐸', 'eight characters outside the BMP'],
    ['a passphrase with spaces, of sixty-four characters or even more: yes', 'a passphrase'],
    ['aaaaaaaaaaaaaaaaaaaaaaaaaZ', 'two character classes'],
    ['securepassword', 'concatenated words'],
    ['x7'.repeat(64), 'the maximum length'],
  ])('accepts %j as a password: %s', async (password) => {
    expect(await codeOf(() => assertNewPassword(core, password))).toBeUndefined()
  })

  it.each([
    ['1234567', 'passwordTooShort'],
    ['🦉🦊🐻🐼🐨🐯🦁', 'passwordTooShort'],
    ['e\u0301'.repeat(7), 'passwordTooShort'],
    ['x7'.repeat(64).concat('x'), 'passwordTooLong'],
    ['x'.repeat(1_000_000), 'passwordTooLong'],
    ['correct-\ud800-horse', 'malformedPassword'],
    ['password123', 'commonPassword'],
    ['Password123!', 'commonPassword'],
    ['qwertyuiop', 'commonPassword'],
    ['iloveyou2024', 'commonPassword'],
    ['12345678', 'commonPassword'],
    ['abababab', 'commonPassword'],
    ['87654321', 'commonPassword'],
  ])('rejects %j as a password with %s', async (password, code) => {
    expect(await codeOf(() => assertNewPassword(core, password))).toBe(code)
  })

  it('rejects the 3,000 most common passwords of valid length, in any case and with a suffix', async () => {
    const common = dictionary['passwords-common'].filter((word) => word.length >= 8).slice(0, 3000)
    for (const word of common) {
      const suffixes = /[a-z]$/.test(word) ? ['', '1', '2024!'] : ['']
      for (const suffix of suffixes) {
        const password = word.toUpperCase() + suffix
        const code = await codeOf(() => assertNewPassword(core, password))
        expect([password, code]).toEqual([password, 'commonPassword'])
      }
    }
  })

  it('requires character classes only if the rules say so', async () => {
    const strict = testCore({ password: { requiredClasses: ['uppercase', 'lowercase', 'digit', 'special'] } })
    for (const weak of ['corr3ct-horse!', 'CORR3CT-HORSE!', 'Correct-Horse!', 'Corr3ctHorses'])
      expect(await codeOf(() => assertNewPassword(strict, weak)), weak).toBe('passwordTooSimple')
    expect(await codeOf(() => assertNewPassword(strict, 'Corr3ct-Horse!'))).toBeUndefined()
    expect(await codeOf(() => assertNewPassword(strict, 'Ärger-Größe 1'))).toBeUndefined()
  })

  it('accepts common passwords if the rules allow them', async () => {
    const lax = testCore({ password: { rejectsCommon: false } })
    expect(await codeOf(() => assertNewPassword(lax, 'password123'))).toBeUndefined()
  })
})

describe('password verification', () => {
  it('accepts any Unicode composition of the same password', async () => {
    const core = testCore()
    const phc = await hashPassword(core, 'cre\u0300me brule\u0301e')
    expect(await verifyPassword(core, phc, 'cr\u00e8me brul\u00e9e')).toBe(true)
    expect(await verifyPassword(core, phc, 'creme brulee')).toBe(false)
  })

  it('verifies one hash of current strength, whether or not there is an account', async () => {
    const core = testCore()
    const phc = await hashPassword(core, 'correct-horse-9')
    const verifiedHashes: string[] = []
    const verify = (against: string) => Promise.resolve(verifiedHashes.push(against) === 0)
    const spied = { ...core, hasher: { ...core.hasher, verify } }
    for (const stored of [phc, null, undefined])
      expect(await verifyPassword(spied, stored, 'something else')).toBe(false)
    expect(verifiedHashes).toEqual([phc, core.hasher.dummyHash, core.hasher.dummyHash])
  })

  it('rejects the password of the dummy hash', async () => {
    const core = testCore()
    expect(await verifyPassword(core, null, 'dummy')).toBe(false)
  })

  it('rejects impossible passwords without hashing', async () => {
    const core = testCore()
    for (const impossible of ['x'.repeat(129), 'x'.repeat(1_000_000), 'correct-\ud800'])
      expect(await verifyPassword(core, core.hasher.dummyHash, impossible)).toBe(false)
    expect(core.hashes()).toBe(0)
  })

  it('rehashes only passwords with an outdated hash', async () => {
    const core = testCore()
    expect(await rehashIfOutdated(core, '$weak$abc', 'correct-horse-9')).toMatch(/^\$strong\$/)
    expect(await rehashIfOutdated(core, '$strong$abc', 'correct-horse-9')).toBeNull()
    expect(await rehashIfOutdated(core, null, 'correct-horse-9')).toBeNull()
  })
})
