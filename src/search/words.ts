/**
 * Words that carry no topic: they are everywhere in requests such as "please add … to my app". English words
 * are listed in the form that `stem` returns.
 */
export const englishStopWords = new Set(
  `a an the my our your their his her its this that these those some any each every
  to of for with on at by from into as is are be been was were am do does did can could should would will shall may might must
  i we you it me us them they one how what when where why which who whose there here
  and or but if then than so because while after before until again also just only very too not no
  in up out off over please pls want need like make create add implement build write set get give show help tell use let try
  app application website site web page code feature function functionality logic flow support handle work way thing step
  have has had happen work api rest call endpoint example sample best possible going go new start
  user people person customer developer don doesn t s m re ve ll`
    .trim()
    .split(/\s+/),
)

/** Articles, pronouns and prepositions that may stand inside a phrase such as "reset their password". */
export const fillers = new Set(
  'a an the my our your their his her its this that these those some any of for me us them with'.split(' '),
)

/** Beginnings of Korean words that only ask for something: "implement", "add", "how to", "please tell me". */
export const koreanStopWords =
  /^(구현|추가|만들|만드|작성|개발|적용|연동|알려|설명|보여|부탁|도와|어떻|어떡|어케|무엇|뭐|방법|기능|로직|코드|예제|예시|앱|웹|서비스|사이트|페이지|하는|하고|하려|하면|해야|해줘|해주|하나|할|한|해|합니다|하기|되나|되는|돼|됩니다|있나|있는|있어|있습|싶|주세요|줘|줄|좀|제발|그리고|또는|및|후|때|것|수|왜|우리|내|제|나|저|사용자|유저|사람)/

/** Particles at the end of a Korean noun, longest first. */
const particles =
  '에서부터 으로부터 에게서 이라는 이라고 에서는 에서도 으로는 으로도 에서 으로 에게 한테 까지 부터 처럼 보다 이나 라도 하고 이랑 라는 라고 이란 에는 에도 로는 로도 을 를 이 가 은 는 에 로 와 과 의 도 만 나 랑 란'
const particle = new RegExp(`^([가-힣]{2,}?)(?:${particles.split(' ').join('|')})$`)

/** Removes the particle of a Korean noun, such as 을, 를 or 에서. */
export function withoutParticle(word: string): string {
  return particle.exec(word)?.[1] ?? word
}

/** Reduces an English word to a common form, so that plural and -ing and -ed forms match. */
export function stem(word: string): string {
  if (word.length < 4) return word
  if (word.endsWith('s')) {
    if (word.endsWith('ss')) return word
    if (word.length < 5) return word.slice(0, -1)
    return word.replace(/ies$/, 'y').replace(/(ss|sh|ch|x)es$|s$/, '$1')
  }
  if (word.length > 5 && word.endsWith('ing')) return withoutDoubleLetter(word.slice(0, -3))
  if (word.length > 4 && word.endsWith('ed')) return withoutDoubleLetter(word.slice(0, -2))
  return word
}

/** "logged" and "logging" become "log", but "passed" stays "pass". */
function withoutDoubleLetter(word: string): string {
  return /([bdfgmnprt])\1$/.test(word) ? word.slice(0, -1) : word
}
