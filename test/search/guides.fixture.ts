import type { GuideSource } from '../../src/search/guide-entries.ts'

/** Short guides of one API in both languages. */
export const guides: GuideSource[] = [
  {
    variant: 'bkend',
    topic: 'email-sign-in',
    language: 'en',
    title: 'Sign up and sign in with email',
    description: 'Create an account and open a session.',
    operations: ['signUp', 'signIn'],
    body: `
People create an account with an email and a password.

## Sign in

Send both to [signIn](operation:signIn). Sessions on other devices stay open.

::request{operation="signIn" example="ok"}

## Handle errors

Show a message next to the form.

::response{operation="signIn" status="401" example="wrongPassword"}

## Next steps

- [Social login](social-login.en.md): sign in with Google or GitHub
`,
  },
  {
    variant: 'bkend',
    topic: 'email-sign-in',
    language: 'ko',
    title: '이메일 회원가입과 로그인',
    description: '계정을 만들고 세션을 시작합니다.',
    operations: ['signUp', 'signIn'],
    body: `
사용자가 이메일과 비밀번호로 계정을 만듭니다.

## 로그인

이메일과 비밀번호를 [signIn](operation:signIn)으로 보냅니다. 다른 기기의 세션은 유지됩니다.
`,
  },
  {
    variant: 'bkend',
    topic: 'social-login',
    language: 'en',
    title: 'Social login with Google and GitHub',
    description: 'People sign in with an account that they have elsewhere.',
    operations: ['startOAuth'],
    body: '\nSend the browser to the provider.\n',
  },
  {
    variant: 'bkend',
    topic: 'social-login',
    language: 'ko',
    title: '소셜 로그인(Google, GitHub)',
    description: '다른 서비스의 계정으로 로그인합니다.',
    operations: ['startOAuth'],
    body: '\n브라우저를 제공자에게 보냅니다.\n',
  },
  {
    variant: 'bkend',
    topic: 'passwords',
    language: 'en',
    title: 'Reset and change passwords',
    description: 'Help people who have forgotten their password.',
    operations: ['requestPasswordReset'],
    body: '\nAsk for the email, and send the link.\n',
  },
  {
    variant: 'bkend',
    topic: 'passwords',
    language: 'ko',
    title: '비밀번호 재설정과 변경',
    description: '비밀번호를 잊은 사용자를 돕습니다.',
    operations: ['requestPasswordReset'],
    body: '\n이메일을 입력받아 링크를 보냅니다.\n',
  },
]
