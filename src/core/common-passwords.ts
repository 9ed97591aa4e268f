/**
 * What people choose most, and what they put behind it. Words with endings cover far more of the usual lists of leaked
 * passwords than as many lines of one would: `password`, `Password1!`, `dragon2024`.
 */
const words = new Set(
  `
aa123456 aaaaaa abc123 abcd1234 abcdef abcdefg abcdefgh access account adidas admin administrator airborne alexander
alexandra amanda america andrea andrew angel angela angels anthony apollo arsenal ashley asdf asdfasdf asdfgh asdfghjk
asdfghjkl asdfjkl asshole august austin awesome azerty azertyuiop babygirl bailey banana barcelona barney baseball
basketball batman beautiful beaver benjamin bigboy bigdaddy bigdog biteme blahblah blessed blink blizzard bond007 bonnie
booboo booger boomer boston brandon brandy bubbles buddy bulldog buster butterfly california camaro cameron captain carlos
carolina changeit changeme charles charlie charlotte cheese chelsea cherry chester chicago chicken chocolate chris
christian christine christopher claudia coffee compaq computer cookie cooper corvette cowboy cowboys creative crystal
daniel danielle database debbie december default dakota dallas darkness david death denise dennis destiny diamond
dolphin dolphins donald dragon dragons eagles edward einstein elephant elizabeth eminem enter everton explorer extreme
facebook falcon family fantasy fender ferrari fireman fishing florida flower football forever formula france francis
frankie freddy freedom friday friend friends fuckoff fuckyou gandalf garfield gateway gemini genesis george georgia
gfhjkm ghbdtn gibson ginger godzilla golden goldfish golfer goodluck google gordon grandma guest guitar gunner hallo
hammer hannah happy harley heather hello helpme hockey hottie hunter hunting iceman iloveu iloveyou infinity internet
ironman jackson january jasmine jasper jennifer jeremy jessica jesus johnny johnson jordan joseph joshua juliet junior
justin killer kimberly kitten knight ladybug lakers lauren letmein liberty lightning liverpool login london
lovely loveme lovers loveyou lucky maggie magic marina mario marlboro marley martin master matrix matthew maverick maxwell
melissa mercedes mercury merlin metallica michael michelle mickey midnight miller minecraft mistress monday money
monica monkey monster morgan mother mountain mustang myspace mypassword natalie nathan naruto newyork nicholas nicole
nintendo nirvana nothing november number1 october oliver olivia online orange pa55word pa55w0rd pakistan panther parola
pass passer passport passw0rd password passwort patricia patrick peaches peanut pepper phoenix pokemon police porsche
porche prince princess private pumpkin purple qazwsx qazwsxedc qq123456 qwaszx qwe123 qweasd qweasdzxc qweewq qwer1234
qwert qwerty qwertyu qwertyui qwertyuio qwertyuiop q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 rabbit rachel rainbow raiders ranger
rangers rebecca redsox richard robert rocket ronaldo root rosebud runescape russia samantha samsung sandra saturn school
scooter scorpion scotland secret security september shadow shannon shopping silver simple skywalker slayer slipknot
smokey snickers snoopy soccer sophie spanky sparky spider spiderman spring starwars steelers stella stephanie steven
stupid success summer sunday sunflower sunshine superman superstar support surfer swordfish sydney system taylor
teacher tennis teresa test tester testing testtest thomas thunder tiffany tigger tiger tigers tinkerbell trinity trouble
trustme trustno1 turtle twitter united user username vampire victor victoria viking vincent virginia volcano voyager
warcraft warrior webmaster welcome whatever william willow wilson windows winner winter wizard xbox360 yamaha yankees
yellow zaq12wsx zaq1zaq1 zaqwsx zxcvb zxcvbn zxcvbnm 1q2w3e 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qazxsw2
1qaz2wsx3edc 123abc 123qwe 123qweasd 12qwaszx 2wsx3edc 789456123 147258369 159753 741852963 987654321 p@ssw0rd p@ssword
contraseña motdepasse wachtwoord heslo haslo senha salasana bismillah woaini woaini1314 5201314
`
    .trim()
    .split(/\s+/),
)

const ending = /[\d!@#$%&*?._-]{0,6}$/
/** One character, or a row of the keyboard or alphabet up or down, or a short piece again and again. */
const repetition = /^(.{1,4})\1+.{0,2}$/su
const rows = ['0123456789012345678901234567890', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiopasdfghjklzxcvbnm']
const runs = rows.flatMap((row) => [row, [...row].reverse().join('')])

/** Is this what many people would choose? Upper and lower case do not count. */
export const isCommonPassword = (password: string): boolean => {
  const plain = password.toLowerCase()
  return (
    words.has(plain) ||
    words.has(plain.replace(ending, '')) ||
    (plain.length <= 20 && repetition.test(plain)) ||
    runs.some((run) => run.includes(plain))
  )
}
