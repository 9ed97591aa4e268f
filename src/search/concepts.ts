/**
 * The concepts of the field and the words that people use for them, in English and Korean. Documents and
 * queries that use different words for one concept, or different languages, share its term in the index.
 *
 * English entries are phrases of whole words without articles and pronouns. Korean entries match inside a
 * word too, because particles and compounds are written without spaces.
 */
export const concepts = {
  signUp: {
    en: 'sign up|signup|signing up|signed up|sign users up|sign user up|register|registering|registered|registration|create account|create user|create users|creating account|new account|new user|open account|join|enroll',
    ko: '회원가입|회원 가입|가입|계정 생성|계정 만들|계정을 만들|신규 회원|사용자 등록|회원 등록',
  },
  signIn: {
    en: 'sign in|signin|sign into|signing in|signed in|sign users in|sign user in|sign people in|log in|login|log into|logging in|logged in|log users in|log user in|log people in|logon|log on|authenticate user|authenticate users',
    ko: '로그인|로긴|로그온|사인인|접속',
  },
  signOut: {
    en: 'sign out|signout|signing out|signed out|sign users out|sign user out|log out|logout|logging out|logged out|log users out|log user out|log off|logoff|end session|revoke session|revoke sessions|kick out|boot off|throw out|thrown out|kicked out|kicking out',
    ko: '로그아웃|로그 아웃|로갓|사인아웃|접속 종료|세션 종료|세션을 종료',
  },
  email: { en: 'email|emails|e mail|mail|mails|mailed', ko: '이메일|메일|전자우편' },
  verify: {
    en: 'verify|verifies|verifying|verified|verification|unverified|confirm|confirms|confirmed|confirmation|confirming|activate|activation|validate email',
    ko: '이메일 인증|이메일을 인증|이메일인증|메일 인증|메일인증|인증 메일|인증메일|인증 이메일|인증이메일|미인증|인증 링크|인증링크|본인 확인|확인 메일|확인 링크|인증되지|인증 여부',
  },
  resend: { en: 'resend|resending|resent|send again', ko: '재발송|재전송|다시 보내|다시 발송|다시 전송' },
  social: {
    en: 'social|oauth|oauth2|oidc|sso|single sign on|provider|providers|third party|authorization code|redirect flow|redirect uri|apple|facebook|kakao|naver|microsoft|discord',
    ko: '소셜|오어스|간편 로그인|간편로그인|간편 가입|외부 계정|제공자|프로바이더|인가 코드|리다이렉트|리디렉션|카카오|카톡|네이버|애플|페이스북|페북|외부 로그인|sns',
  },
  google: { en: 'google|gmail', ko: '구글' },
  github: { en: 'github|git hub', ko: '깃허브|깃헙' },
  twitter: { en: 'twitter', ko: '트위터' },
  callback: { en: 'callback|callbacks', ko: '콜백' },
  token: { en: 'token|tokens|jwt|jwts', ko: '토큰' },
  refresh: {
    en: 'refresh|refreshes|refreshing|refreshed|renew|renews|renewing|renewed|renewal|rotate|rotating|rotated|rotation|extend session|stay signed in|stay logged in|keep signed in|keep logged in|keep users signed in|keep users logged in|keep user signed in|keep user logged in|remember|silent refresh|reissue|getting kicked out|getting logged out|getting signed out|gets logged out|gets kicked out|gets signed out|get logged out|get kicked out|get signed out|get thrown out|gets thrown out|getting thrown out|session dies',
    ko: '갱신|리프레시|리프레쉬|재발급|로그인 유지|로그인을 유지|로그인 상태 유지|로그인 상태를 유지|자동 로그인|연장|로그인이 풀|로그인이 끊|튕겨|튕김|튕긴|튕기',
  },
  expire: {
    en: 'expire|expires|expired|expiring|expiry|expiration|lifetime|ttl|timeout|time out|run out|runs out|session ended',
    ko: '만료|유효 기간|유효기간|유효 시간|유효시간|수명|세션이 끊',
  },
  session: { en: 'session|sessions', ko: '세션' },
  password: {
    en: 'password|passwords|passcode|passphrase|pwd|pw',
    ko: '비밀번호|비번|패스워드|암호',
  },
  reset: {
    en: 'reset|resets|resetting|forgot|forgotten|forget|forgets|recover|recovery|lost password|restore access|can t remember|cannot remember|don t remember',
    ko: '재설정|초기화|찾기|잊어|잊었|잊은|분실|까먹|리셋|기억 안|기억이 안|기억 못',
  },
  change: {
    en: 'change|changes|changing|changed|update|updates|updating|updated|edit|editing|modify|swap|replace',
    ko: '변경|바꾸|바꿔|바꿀|수정|편집|업데이트|바뀌|교체',
  },
  profile: {
    en: 'profile|profiles|display name|nickname|bio|user details|user info|user information|current user|account details|personal data|account settings|who am i|whoami|signed in user|logged in user|username|user name|screen name',
    ko: '프로필|내 정보|사용자 정보|유저 정보|회원 정보|회원정보|개인정보|개인 정보|닉네임|별명|현재 사용자|로그인한 사용자|닉|유저네임|이름 변경',
  },
  avatar: {
    en: 'avatar|avatars|change avatar|change profile pic|change profile picture|change profile photo|change picture|change photo|new profile picture|profile picture|profile pictures|profile photo|profile image|user photo|photo|picture|portrait|profile pic|profile pics|pic|pfp|headshot|user picture',
    ko: '아바타|프로필 사진|프로필 이미지|프로필사진|사진|프사',
  },
  upload: { en: 'upload|uploads|uploading|uploaded|file upload', ko: '업로드|올리기|올리려' },
  guest: {
    en: 'guest|guests|anonymous|anonymously|visitor|visitors|without account|without registration|without making account|without creating account|without signing up|try out',
    ko: '게스트|비회원|익명|손님|계정 없이|가입 없이|회원가입 없이|가입 안 하고|회원가입 안 하고',
  },
  passkey: {
    en: 'passkey|passkeys|pass key|pass keys|webauthn|fido|fido2|passwordless|biometric|biometrics|face id|touch id|fingerprint|security key|security keys|authenticator',
    ko: '패스키|웹오슨|생체|지문|얼굴 인식|비밀번호 없이|비밀번호없이|보안 키|보안키|페이스 아이디|얼굴로 로그인|얼굴로|지문으로',
  },
  mfa: {
    en: 'mfa|2fa|two factor|two step|second factor|multi factor|totp|one time code|authenticator app',
    ko: '2단계 인증|2단계|이중 인증|2차 인증|다중 인증|일회용 코드',
  },
  apiKey: {
    en: 'api key|api keys|apikey|apikeys|x api key|publishable key|secret key|personal access token|access key|service key|machine to machine|server to server|service account',
    ko: '인증 키|인증키|api 키|api키|에이피아이 키|비밀 키|비밀키|공개 키|공개키|액세스 키|키 발급|키를 발급|서비스 계정',
  },
  scope: {
    en: 'scope|scopes|permission|permissions|privilege|privileges|access rights',
    ko: '스코프|권한|범위',
  },
  plan: { en: 'plan|plans|tier|tiers|subscription|free plan|pro plan|upgrade', ko: '요금제|플랜|구독' },
  organization: {
    en: 'organization|organizations|organisation|organisations|org|orgs|team|teams|workspace|workspaces|tenant|tenants|company|coworker|coworkers|colleague|colleagues',
    ko: '조직|팀|워크스페이스|테넌트|회사|단체|동료',
  },
  invite: {
    en: 'invite|invites|inviting|invited|invitation|invitations|add member|add members|teammate|teammates',
    ko: '초대|팀원|멤버 추가|구성원 추가',
  },
  role: { en: 'role|roles|member|members|owner|admin|viewer|rbac', ko: '역할|멤버|구성원|관리자|소유자' },
  project: { en: 'project|projects', ko: '프로젝트' },
  error: {
    en: 'error|errors|error code|error codes|error message|error messages|failure|failures|fails|failed|error handling|problem|exception|status code|status codes',
    ko: '오류|에러|실패|예외|오류 코드|에러 코드|상태 코드',
  },
  rateLimit: {
    en: 'rate limit|rate limits|rate limited|rate limiting|ratelimit|throttle|throttled|throttling|too many requests|too many attempts|retry after|quota|429|back off|backoff|locked out|lock out|lock out user|locked account|account locked|wrong password many times|too often',
    ko: '요청 제한|요청 한도|호출 제한|호출 한도|속도 제한|횟수 제한|한도 초과|너무 많은 요청|요청이 너무 많|요청 횟수|레이트 리밋|재시도|잠겼|잠김|잠금|여러번 틀리|여러 번 틀리|여러번 틀려|여러 번 틀려|계속 틀리|번 틀리|번 틀렸|번 틀려|막혔|막혀|막히',
  },
  list: { en: 'list|lists|listing|overview', ko: '목록|조회|리스트' },
  model: { en: 'model|models', ko: '모델' },
  feedback: { en: 'feedback|bug report|bug reports', ko: '피드백|의견|버그 신고|버그 리포트' },
  workOrder: {
    en: 'work order|work orders|workorder|workorders',
    ko: '작업 지시|작업 주문|워크 오더|작업 요청',
  },
  recurrence: {
    en: 'keep|keeps|again|randomly|suddenly|automatically|constantly|overnight|all time|every time|every hour|every day|every morning|every few|after hour|after minutes|after while|by itself',
    ko: '자꾸|계속|매번|때마다|갑자기|저절로|금방|지나면|다시',
  },
  deleteAccount: {
    en: 'delete account|delete accounts|deletes account|deleting account|deleted account|delete user|delete users|delete user account|remove account|remove user|remove user account|close account|closing account|deactivate account|account deletion',
    ko: '탈퇴|회원 탈퇴|계정 삭제|계정 지우|계정 폐쇄|계정 해지',
  },
  changeEmail: {
    en: 'change email|change emails|change email address|changing email|changing email address|changed email|changed email address|update email|update email address|updating email|edit email|edit email address|email change',
    ko: '이메일 변경|이메일 바꾸|이메일 바꿀|이메일 바꿔|이메일 수정|이메일 주소 변경|이메일 주소 바꾸|이메일 주소 바꿀|이메일 주소 바꿔|이메일 주소 수정|메일 주소 변경|메일 주소 바꾸',
  },
  delete: {
    en: 'delete|deletes|deleting|deleted|remove|removing|revoke|revokes|revoking|revoked',
    ko: '삭제|지우|폐기|해지|취소',
  },
} as const satisfies Record<string, { en: string; ko: string }>

export type Concept = keyof typeof concepts
