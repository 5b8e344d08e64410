import { tokenizeText } from './tokenizer'

/**
 * Words that never say what a conversation is about, whoever writes. Compared by stem, so that `helping` goes with
 * `help`. Not in here although they are frequent: `cancel`, `change`, `account`, `order`, for those are matters.
 */
const functionWords = `
  a an the this that these those i me my mine myself we us our ours ourselves you your yours yourself yourselves he him
  his himself she her hers herself it its itself they them their theirs themselves one ones
  is are was were be been being am do does did done doing don doesn didn have has had having haven hasn hadn isn aren
  wasn weren won wouldn couldn shouldn can cannot cant could will would shall should may might must ought dont doesnt
  didnt isnt arent wasnt wont wouldnt couldnt havent hasnt hadnt ain aint im ive id ill youre youve youd youll hes shes
  theyre theyve weve thatll itll theyll thatd itd well lets thats theres whats heres
  of to in on at by for with from about into onto upon as and or nor but if so than then there here up down out off over
  under above below between among through during before after since until till while within without along across
  against around behind beyond near per via toward towards
  what which who whom whose when where why how whether because although though unless else either neither both each
  every any some all none other others another such same own only not no never ever even still already yet again too
  also just very really quite rather much many more most less least few lot lots bit enough almost about maybe perhaps
  however therefore instead otherwise anyway actually basically currently recently usually often sometimes always now
  away back ago later soon once twice later whatever whichever wherever whenever`

const courtesyWords = `
  hi hello hey dear greetings welcome thanks thank thx ty tks cheers please pls plz kindly regards sincerely faithfully
  respectfully best wishes bye goodbye sorry apologies apologize apologise excuse appreciate appreciated grateful
  glad happy pleased pleasure congratulations wow lol haha hope hopefully wish
  yes yeah yep yup no nope nah ok okay okey sure right correct alright absolutely definitely certainly exactly indeed
  good great nice fine perfect perfectly cool awesome wonderful excellent amazing fantastic lovely brilliant super
  happy unhappy love hate delighted annoying annoyed frustrating frustrated disappointed disappointing unacceptable
  furious angry upset terrible horrible awful ridiculous sick worried urgent urgently
  better sound sounds bad worse worst sir madam mr mrs ms dr guys folks`

const deskWords = `
  help helping helpful assist assistance support team agent representative question questions answer issue issues problem
  problems case matter situation thing things something anything everything nothing someone anyone everyone everybody
  somebody anybody nobody anywhere somewhere way ways kind sort type stuff part detail details information info
  reason example fact idea option options person people customer client user
  want wanted need needed like liked love know known think thought guess feel believe understand mean see seen look
  looking find found get getting got gotten give given take taken make made let put keep kept bring go going gone went
  come came do use used using try tried trying tell told say said ask asked show shown talk speak hear heard read
  write wrote written work working worked seem seems happen happened start started begin stop end finish leave left
  wait waiting turn set provide suggest recommend check verify confirm consider decide prefer remember forget wonder
  plan mind care interested interest able possible available unable sure certain particular specific
  new old big small large little long short high low full whole main several different similar extra additional
  further total next last previous first second third final single double half ready free easy hard difficult quick
  quickly fast far close early late exact near nearby soon immediately thank
  fw fwd re cc eg ie etc asap fyi`

const timeWords = `
  today tomorrow yesterday tonight morning afternoon evening night noon midnight midday day days week weeks weekend month
  months year years hour hours minute minutes second seconds moment time times date dates
  monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
  january february march april may june july august september october november december
  jan feb mar apr jun jul aug sep sept oct nov dec am pm st nd rd th
  zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
  eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million dozen couple
  fourth fifth sixth seventh eighth ninth tenth eleventh twelfth number`

/** The most frequent little words of some languages: without them a topic would be called "und, der". */
const foreignWords = `
  der die das den dem des ein eine einen einem einer und oder aber nicht ist sind war hat habe haben ich wir sie es mir
  mich uns ihr ihre sehr geehrte damen herren leider immer jetzt hat man lange
  dauert weiterhin erscheint lautet nummer geholfen helfen hilfe moin abend frage fragen geht funktioniert klappt ihnen mein meine unser unsere mit von zu zum zur auf fur im bei aus nach wie was wenn dass kann
  konnen wird werden noch schon auch nur sehr seit bitte danke hallo vielen dank guten tag grusse freundlichen mehr
  le la les un une des du de et ou mais ne pas est sont etait je nous vous il elle ils mon ma mes notre nos votre vos
  ce cette ces que qui dans sur pour par avec sans au aux plus tres bonjour merci depuis avez avons ai suis etre fait cela voici toujours encore monsieur madame cordialement combien quand
  temps prendre bonsoir parfait accord numero va fonctionne probleme question aider aide
  el los las una unos del y o pero no es son esta estan yo nosotros usted ustedes mi mis su sus nuestro nuestra que
  en con sin por para como cuando muy mas ya hola gracias favor tengo tiene hemos puedo pueden se lo al buenos dias sigue estoy cuanto saludos antemano
  buenas tardes tardar muchas acuerdo ayudar ayuda numero problema pregunta funciona funcionar aparece perfecto
  il lo gli uno della delle dei nel che non sono ho abbiamo mio mia nostro per con di da ciao grazie buongiorno piu
  o os as um uma dos das nao sao eu meu minha nosso nossa voce com sem ao ola obrigado obrigada ja mais esta
  het een en of maar niet zijn was heb hebben ik wij jij mijn ons onze met van op voor bij uit naar hoe wat als dat kan
  worden nog ook zeer graag bedankt hallo dag`

const english = split(functionWords)

const stops = new Set(
  [functionWords, courtesyWords, deskWords, timeWords, foreignWords].flatMap(split).flatMap(tokenizeText),
)

const englishStems = new Set(english.flatMap(tokenizeText))

/** Whether a stem says nothing of the matter, in English or one of its neighbours. */
export function isStopStem(stem: string): boolean {
  return stops.has(stem)
}

/** Whether a stem is one of the little words that every English sentence has. */
export function isEnglishFunctionStem(stem: string): boolean {
  return englishStems.has(stem)
}

function split(list: string): string[] {
  return list.trim().split(/\s+/)
}
