import { describe, expect, it } from 'vitest'
import { concepts } from '../../src/search/concepts.ts'
import { createSearch } from '../../src/search/search.ts'
import { splitWords, tokenize } from '../../src/search/tokens.ts'
import { fillers, stem, withoutParticle } from '../../src/search/words.ts'

const conceptsOf = (text: string) => tokenize(text).concepts

import type { Entry } from '../../src/search/entry.ts'

describe('Korean', () => {
  it('needs more than Intl.Segmenter, which leaves particles and compounds whole', () => {
    const segments = (text: string) =>
      [...new Intl.Segmenter('ko', { granularity: 'word' }).segment(text)].map(({ segment }) => segment)
    expect(segments('비밀번호를')).toEqual(['비밀번호를'])
    expect(segments('소셜로그인추가')).toEqual(['소셜로그인추가'])
  })

  it.each([
    ['비밀번호를', '비밀번호'],
    ['앱에서', '앱에서'],
    ['로그인에서는', '로그인'],
    ['토큰이', '토큰'],
    ['키', '키'],
  ])('removes particles, but leaves one-syllable nouns alone: %s', (word, expected) => {
    expect(withoutParticle(word)).toBe(expected)
  })

  it.each([
    ['비밀번호재설정', ['~password', '~reset']],
    ['비밀번호를 재설정', ['~password', '~reset']],
    ['소셜로그인추가', ['~social', '~signIn']],
    ['자동 로그인', ['~refresh']],
    ['로그인이 자꾸 끊겨요', ['~signIn', '~recurrence']],
    ['세션이 끊겨요', ['~expire']],
    ['네이버로 로그인', ['~social', '~signIn']],
    ['api 키를 발급', ['~apiKey']],
  ])('finds concepts with and without spaces: %s', (text, expected) => {
    expect(conceptsOf(text)).toEqual(expected)
  })

  it('finds a compound by the middle of a longer one', async () => {
    const entry: Omit<Entry, 'title' | 'text'> = {
      kind: 'guide',
      variant: 'bkend',
      language: 'ko',
      section: '',
      description: '',
      operations: [],
      names: [],
      link: '',
    }
    const { searchDocs } = await createSearch([
      { ...entry, title: '결제수단등록안내', text: '' },
      { ...entry, title: '배송지등록안내', text: '' },
    ])
    expect(searchDocs('결제 수단을').map(({ title }) => title)).toEqual(['결제수단등록안내'])
  })
})

describe('English', () => {
  it.each([
    ['log in', ['~signIn']],
    ['signIn', ['~signIn']],
    ['let people log in with their Google account', ['~signIn', '~google']],
    ['log someone out', ['~signOut']],
    ['logs people out', ['~signOut']],
    ['kicking a user out', ['~signOut']],
    ['someone locked themselves out', ['~rateLimit']],
    ['reset my password', ['~reset', '~password']],
    ['keep users logged in', ['~refresh']],
    ['an X-API-Key', ['~apiKey']],
  ])('finds concepts in phrases: %s', (text, expected) => {
    expect(conceptsOf(text)).toEqual(expected)
  })

  it.each([
    ['tokens', 'token'],
    ['expiries', 'expiry'],
    ['logged', 'log'],
    ['refreshing', 'refresh'],
    ['passed', 'pass'],
    ['access', 'access'],
    ['is', 'is'],
  ])('reduces %s to %s', (word, expected) => {
    expect(stem(word)).toBe(expected)
  })

  it('splits identifiers and paths', () => {
    expect(splitWords('POST /v1/auth/email/signIn')).toEqual(['post', 'v1', 'auth', 'email', 'sign', 'in'])
  })
})

describe('concepts', () => {
  it('gives each phrase one concept, and no phrase a word that is dropped before matching', () => {
    for (const language of ['en', 'ko'] as const) {
      const phrases = Object.values(concepts).flatMap((concept) => concept[language].split('|'))
      expect(phrases.filter((phrase, index) => phrases.indexOf(phrase) !== index)).toEqual([])
      expect(phrases.filter((phrase) => phrase.split(' ').some((word) => fillers.has(word)))).toEqual([])
    }
  })
})
