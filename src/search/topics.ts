import type { Topic } from '../guides/guide.ts'
import type { Concept } from './concepts.ts'
import type { Language } from './entry.ts'
import { tokenize } from './tokens.ts'

/**
 * The topics of guides: their names in a sentence, and the concepts that ask for them. More specific topics come
 * first, because "guest login" is about guests.
 */
const topicWords: Record<Topic, Record<Language, string> & { concepts: Concept[] }> = {
  passkeys: { en: 'passkeys', ko: '패스키', concepts: ['passkey'] },
  guests: { en: 'guest accounts', ko: '게스트 계정', concepts: ['guest'] },
  'social-login': {
    en: 'social login',
    ko: '소셜 로그인',
    concepts: ['social', 'google', 'github', 'twitter', 'callback'],
  },
  'api-keys': { en: 'API keys', ko: 'API 키', concepts: ['apiKey', 'scope'] },
  organizations: { en: 'organizations', ko: '조직', concepts: ['organization', 'invite', 'role'] },
  passwords: { en: 'password reset', ko: '비밀번호 재설정', concepts: ['password', 'reset'] },
  'email-verification': { en: 'email verification', ko: '이메일 인증', concepts: ['verify', 'resend'] },
  profile: { en: 'user profiles', ko: '사용자 프로필', concepts: ['profile', 'avatar', 'upload'] },
  'sign-out': { en: 'sign-out', ko: '로그아웃', concepts: ['signOut'] },
  errors: { en: 'errors', ko: '오류', concepts: ['error', 'rateLimit'] },
  'token-refresh': {
    en: 'token refresh',
    ko: '토큰 갱신',
    concepts: ['refresh', 'expire', 'session', 'token'],
  },
  'email-sign-in': { en: 'sign-in with email', ko: '이메일 로그인', concepts: ['signIn', 'signUp', 'email'] },
}

/** Returns the name of a topic, to be used in a sentence. */
export function topicName(topic: Topic, language: Language): string {
  return topicWords[topic][language]
}

/** Finds the topic that a word means, such as `email-sign-in` for "login". */
export function findTopic(text: string): Topic | undefined {
  const asked = new Set(tokenize(text).concepts)
  const found = Object.entries(topicWords).find(([, { concepts }]) =>
    concepts.some((concept) => asked.has(`~${concept}`)),
  )
  return found?.[0] as Topic | undefined
}
