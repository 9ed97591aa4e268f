import type { GuideLanguage } from '../../guides/guide.ts'

/** The texts of the pages around guides. */
const english = {
  guidesAbout:
    'How to build each feature with this API. All requests, responses and code come from its contract.',
  noGuides: 'There are no guides to this API yet.',
  documentation: 'Documentation',
  operations: 'Operations in this guide',
  markdown: 'This page as Markdown',
  previous: 'Previous',
  next: 'Next',
  otherGuides: 'Previous and next guide',
  copy: 'Copy',
  codeLanguages: 'Programming language',
}

export type GuideTexts = typeof english

const korean: GuideTexts = {
  guidesAbout:
    '이 API로 인증 기능을 하나씩 구현하는 방법을 안내합니다. 가이드의 모든 요청, 응답, 코드는 API 명세에서 가져온 것입니다.',
  noGuides: '이 API에는 아직 가이드가 없습니다.',
  documentation: '문서',
  operations: '이 가이드에서 사용하는 API',
  markdown: '이 페이지를 Markdown으로 보기',
  previous: '이전',
  next: '다음',
  otherGuides: '이전 가이드와 다음 가이드',
  copy: '복사',
  codeLanguages: '프로그래밍 언어',
}

export const guideTexts: Record<GuideLanguage, GuideTexts> = { en: english, ko: korean }
