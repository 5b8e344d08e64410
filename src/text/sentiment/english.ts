import { readWords } from './words'

/** Enough to tell the language; a long mail need not be read to its end. */
const charsLookedAt = 400

const english = new Set(
  `the and you to of is it in that for on are with as this have be at or not from by we can an your my our was but if
  they there what which when how where who why will would could should please thanks thank hi hello hey ok okay yes
  do does did has had been am were its about any some all no more out up get got help need want like just still me us
  he she him her his them their than then so only also now here very too because after before into over again
  working work works account email order invoice password great good bad nice perfect awesome sorry sure cool
  love hate today tomorrow yesterday never always nothing something anything same new old time day week month
  i cannot every these those other same done one two three off yet per let see try thing`.split(/\s+/),
)

/** Words of other languages that English does not have (or hardly), the commonest ones and those of short messages. */
const foreign = new Set(
  `der das und ist nicht ich sie wir ihr mein meine meinen mit auf für von dem den ein eine einen einer bei wie kann
  können haben habe hat bitte danke hallo guten ja nein aber auch noch schon sehr oder wenn zum zur über nach wird
  werden wurde sind mir mich uns euch kein keine immer wieder geht rechnung passwort konto bestellung vielen dank
  leider funktioniert warum wann wo gut morgen heute frage hilfe stimmt genau
  le les des une est et pas je vous nous votre notre mon ma mes pour dans avec sur qui que quoi ce cette ces ça sont
  être avoir ai avez bonjour merci oui non mais très bien encore toujours depuis plus sans aussi où quand comment
  pourquoi facture commande compte mot passe salut bonsoir svp du aux fait peux pouvez voulais puis-je suis
  el los las una unos es por para con sin pero muy hola gracias sí está estoy mi mis su sus nuestro nuestra qué cómo
  cuándo dónde puedo puede pueden quiero tengo tiene hay del al lo se ya todavía también más factura cuenta pedido
  contraseña buenos buenas días tardes favor ayuda funciona todo perdón vale
  il gli della delle degli dei nel nella che non sono è ho ha hanno abbiamo mio mia miei vostro nostra per favore
  grazie ciao buongiorno buonasera come quando dove perché posso può anche ancora sempre molto bene fattura ordine
  conto si questo questa quello prego salve va ma sul alla funziona
  o os as um uma não é são com em no na nos nas do da dos das seu sua meu minha você vocês eu obrigado obrigada olá
  bom boa dia tarde noite quando onde porque posso tenho tem mais muito também ainda já fatura conta pedido senha
  tudo isso esta está estou foi ser
  het een van niet ik je jij u uw mijn wij zijn heeft hebben kan kunnen wordt werkt graag alstublieft bedankt dank
  hallo goedemorgen goedendag wel ook nog maar voor naar met bij dit dat deze hoe waar wanneer waarom factuur
  bestelling wachtwoord geen alvast kunt jullie onze mij
  och det är inte jag har att som på av för kan vi ni tack hej jeg ikke og er på det til har kan takk tak hei hej
  ei ja on en minä olen kiitos moi että mutta nie jest się na że do dziękuję proszę dzień dobry mam czy jak moje
  ve bir bu için değil ne nasıl teşekkürler teşekkür ederim merhaba lütfen evet hayır
  yang tidak saya dan di ini itu terima kasih untuk dengan bisa
  nu sunt este și mulțumesc bună ziua vă rog pentru cum köszönöm nem igen kérem děkuji prosím není dobrý den
  không cảm ơn tôi xin chào`
    .split(/\s+/)
    .filter((word) => word && !english.has(word)),
)

/** Endings that English words do not have. */
const foreignEnding =
  /(?:ungen|ung|keit|heit|lich|lichen|ieren|iert|ción|ciones|ções|ção|zione|zioni|mente|ité|ités|elijk|heid|ijn|eux|ée|ées|és|ados|adas|schen|tsch|cht)$/
const asciiWord = /^[a-z0-9]+$/
const latin = /\p{Script=Latin}/u
const number = /^\p{N}+$/u

/**
 * Whether to judge a text as English. Doubt is English: a short message, a name, words of no known language, no words.
 * It is not when words of another language outweigh the English ones, or when most of it is in another script.
 */
export function looksEnglish(text: string): boolean {
  let forEnglish = 0
  let against = 0
  for (const word of readWords(text.slice(0, charsLookedAt).toLowerCase())) {
    if (english.has(word)) forEnglish++
    else against += foreignness(word)
  }
  return against <= forEnglish
}

function foreignness(word: string): number {
  if (foreign.has(word)) return 1
  if (asciiWord.test(word)) return word.length > 4 && foreignEnding.test(word) ? 0.6 : 0
  if (number.test(word)) return 0
  if (latin.test(word)) return 0.8
  // Scripts without spaces make one word of a sentence.
  return word.length > 2 ? 2 : 1
}
