import { describe, expect, it } from 'vitest'
import type { VariantName } from '../../generated/index.ts'
import { createCatalog } from '../../src/catalog/api.ts'
import { builtInApi } from '../../src/catalog/built-in.ts'
import { loadSearch } from '../../src/search/index.ts'
import { everydayQuestions, questions, seedSentences } from './questions.ts'

/** The messages name these APIs. */
const names = ['bedrud', 'bkend', 'bondmcp', 'openfactory'] as const
const { findMissing } = await loadSearch(createCatalog(names.map(builtInApi)))
const messagesOf = (query: string, variant?: VariantName) =>
  findMissing(query, variant ? { variant } : {}).map(({ message }) => message)

describe('features that an API lacks', () => {
  it.each<[VariantName, string, string]>([
    [
      'bondmcp',
      'sign in with google',
      'bondmcp has no social login. APIs that have it: bedrud, bkend, openfactory.',
    ],
    ['bkend', '게스트 로그인', 'bkend에는 게스트 계정 기능이 없습니다. 이 기능이 있는 API: bedrud.'],
    ['bkend', 'delete account', 'bkend has no account deletion. The other APIs lack it, too.'],
    ['bkend', 'how can people delete their account?', 'bkend has no account deletion.'],
    ['openfactory', '회원탈퇴', 'openfactory에는 계정 삭제 기능이 없습니다. 다른 API에도 없습니다.'],
    ['bkend', 'change my email address', 'bkend has no change of the email address.'],
    ['bkend', '이메일을 바꾸고 싶어요', 'bkend에는 이메일 주소 변경 기능이 없습니다.'],
    [
      'bedrud',
      '비밀번호 재설정',
      'bedrud에는 비밀번호 재설정 기능이 없습니다. 이 기능이 있는 API: bkend, openfactory.',
    ],
    ['bedrud', 'verify email', 'bedrud has no email verification.'],
    ['bondmcp', 'gogle login', 'bondmcp has no social login.'],
  ])('tells that %s lacks what the query asks for: %s', (variant, query, message) => {
    expect(messagesOf(query, variant)).toEqual([expect.stringContaining(message)])
  })

  it('searches for the API that the query names', () => {
    expect(messagesOf('bkend 게스트 로그인')).toEqual(messagesOf('게스트 로그인', 'bkend'))
    expect(messagesOf('게스트 로그인')).toEqual([])
    expect(messagesOf('guest login in bkend or bondmcp')).toEqual([])
  })

  it('lists each missing feature', () => {
    const features = findMissing('passkeys and guests', { variant: 'bkend' }).map(({ feature }) => feature)
    expect(features).toEqual(['passkeys', 'guests'])
  })

  it('writes in the language of the option', () => {
    const [missing] = findMissing('passkeys', { variant: 'bkend', language: 'ko' })
    expect(missing).toMatchObject({
      language: 'ko',
      message: expect.stringContaining('패스키 기능이 없습니다'),
    })
  })

  it('reports no missing feature for an error text of the API', () => {
    expect(
      messagesOf('{"error": "Invalid invitation code"} auth/invalid-mfa-code delete account', 'bkend'),
    ).toEqual([])
  })

  it('reports no missing feature for questions that the documentation answers', () => {
    const asked = [
      ...[...questions, ...everydayQuestions].map(({ question, variant }) => ({ question, variant })),
      ...seedSentences.flatMap(({ sentence, variants }) =>
        variants.map((variant) => ({ question: sentence, variant })),
      ),
    ]
    const wrong = asked.filter(({ question, variant }) => messagesOf(question, variant).length > 0)
    expect(wrong).toEqual([])
  })
})
