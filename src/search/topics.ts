import type { Topic } from '../guides/guide.ts'
import type { Concept } from './concepts.ts'
import type { Language } from './entry.ts'
import { tokenize } from './tokens.ts'

interface TopicWords extends Record<Language, string> {
  /** A word with one of these concepts means the topic. */
  concepts: Concept[]
  /** A query with these concepts needs the feature. Absent if an API may cover the topic elsewhere. */
  feature?: { anyOf: Concept[][]; unless?: Concept[] }
}

/**
 * The topics of guides: their names in a sentence, and the concepts that ask for them. More specific topics
 * come first, because "guest login" is about guests.
 */
export const topicWords: Record<Topic, TopicWords> = {
  passkeys: { en: 'passkeys', ko: '패스키', concepts: ['passkey'], feature: { anyOf: [['passkey']] } },
  guests: { en: 'guest accounts', ko: '게스트 계정', concepts: ['guest'], feature: { anyOf: [['guest']] } },
  'social-login': {
    en: 'social login',
    ko: '소셜 로그인',
    concepts: ['social', 'google', 'github', 'twitter', 'callback'],
    feature: { anyOf: [['social'], ['google'], ['github'], ['twitter']] },
  },
  'api-keys': {
    en: 'API keys',
    ko: 'API 키',
    concepts: ['apiKey', 'scope'],
    feature: { anyOf: [['apiKey']] },
  },
  organizations: {
    en: 'organizations',
    ko: '조직',
    concepts: ['organization', 'invite', 'role'],
    feature: { anyOf: [['organization'], ['invite']], unless: ['signUp'] },
  },
  passwords: {
    en: 'password reset',
    ko: '비밀번호 재설정',
    concepts: ['password', 'reset'],
    feature: {
      anyOf: [
        ['password', 'reset'],
        ['password', 'change'],
      ],
    },
  },
  'email-verification': {
    en: 'email verification',
    ko: '이메일 인증',
    concepts: ['verify', 'resend'],
    feature: { anyOf: [['verify'], ['email', 'resend']], unless: ['password', 'token', 'passkey', 'apiKey'] },
  },
  profile: {
    en: 'user profiles',
    ko: '사용자 프로필',
    concepts: ['profile', 'avatar', 'upload'],
    feature: { anyOf: [['profile'], ['avatar']] },
  },
  'sign-out': {
    en: 'sign-out',
    ko: '로그아웃',
    concepts: ['signOut'],
    feature: { anyOf: [['signOut']], unless: ['recurrence', 'expire', 'refresh', 'error'] },
  },
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
