import { expect, it } from 'vitest'
import { throwUnknown, unknownName } from '../../src/common/unknown-name.ts'
import { UserError } from '../../src/common/user-error.ts'

const names = ['signUp', 'signIn', 'refreshTokens']

it.each([
  ['singIn', 'Unknown operation "singIn". Did you mean "signIn"? Available: signIn, signUp, refreshTokens.'],
  [
    'tokens',
    'Unknown operation "tokens". Did you mean "refreshTokens"? Available: refreshTokens, signUp, signIn.',
  ],
  ['xyz', 'Unknown operation "xyz". Available: signUp, signIn, refreshTokens.'],
  ['"', 'Unknown operation "\\"". Available: signUp, signIn, refreshTokens.'],
])('suggests a name only if it resembles the unknown one: %s', (name, message) => {
  expect(unknownName('operation', name, names)).toBe(message)
})

it('suggests the name with the same meaning, if it is known', () => {
  expect(unknownName('operation', 'login', names, 'signIn')).toContain('Did you mean "signIn"?')
})

it('tells that no names exist', () => {
  expect(unknownName('flow', 'x', [])).toBe('Unknown flow "x". None exist.')
})

it('throws an error for the user', () => {
  expect(() => throwUnknown('flow', 'x', ['y'])).toThrow(
    new UserError('Unknown flow "x". Available: y.', { code: 'notFound' }),
  )
})
