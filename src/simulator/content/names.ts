import type { Random } from '../generate/random'

export const languages = ['en', 'de', 'fr', 'es', 'ja', 'zh', 'ko', 'th'] as const
export type Language = (typeof languages)[number]

export const brandStems = [
  'Larn',
  'Mos',
  'Tide',
  'Quill',
  'Ember',
  'North',
  'Pebble',
  'Vara',
  'Kestrel',
  'Alder',
]
export const brandEndings = ['wick', 'well', 'by', 'gate', 'loom', 'mark', 'ware', 'desk', 'field', 'post']

export const companyStems = [
  'Brightwater',
  'Oakhollow',
  'Silverfern',
  'Copperline',
  'Marlow',
  'Stonebridge',
  'Juniper',
  'Fairhaven',
  'Redcliff',
  'Harrowgate',
  'Bluepine',
  'Westmere',
  'Goldcrest',
  'Thistledown',
  'Ashford',
  'Moorland',
  'Seabright',
  'Highfield',
  'Larkspur',
  'Wildbrook',
  'Foxglove',
  'Millrace',
  'Greyson',
  'Sunderby',
]
export const companyEndings = [
  'Trading',
  'Outfitters',
  'Books',
  'Bakery',
  'Clinics',
  'Studio',
  'Logistics',
  'Hotels',
  'Foods',
  'Academy',
  'Interiors',
  'Motors',
  'Gardens',
  'Labs',
  'Partners',
  'Cycles',
]

export const adminNames = [
  'Maren Oduya',
  'Tobias Whitlock',
  'Priya Castellane',
  'Jonas Ferreday',
  'Aoife Brannigan',
  'Samir Haddow',
  'Lucia Pemberly',
  'Henrik Solvang',
  'Naledi Marsh',
  'Owen Tarleton',
  'Yuki Amberson',
  'Carmen Villoria',
  'Dmitri Kessel',
  'Freya Lindqvist',
  'Rohan Mistry',
  'Elodie Marchetti',
  'Grace Okonjo',
  'Pavel Hruska',
  'Ines Calderwood',
  'Malik Thorne',
  'Saskia Vandermeer',
  'Bram Eastley',
  'Noor Rahimi',
  'Wendell Price',
]

interface Names {
  given: readonly string[]
  family: readonly string[]
  /** Family name first, without a space. */
  familyFirst?: boolean
  /** Latin spelling for addresses, in step with `given`; absent where the names are Latin already. */
  latin?: readonly string[]
}

const pools: Record<Language, Names> = {
  en: {
    given: [
      'Amelia',
      'Oliver',
      'Hazel',
      'Marcus',
      'Imogen',
      'Declan',
      'Rosalind',
      'Trevor',
      'Beatrix',
      'Callum',
      'Daphne',
      'Edgar',
      'Felicity',
      'Gideon',
      'Harriet',
      'Ivor',
      'Jemima',
      'Kieran',
      'Lorna',
      'Miles',
      'Nerys',
      'Otis',
      'Petra',
      'Quentin',
      'Rhona',
      'Silas',
      'Tamsin',
      'Ulric',
      'Verity',
      'Winston',
    ],
    family: [
      'Ashdown',
      'Birchall',
      'Crowther',
      'Dunmore',
      'Ellacott',
      'Fothergill',
      'Garrick',
      'Holloway',
      'Ingleby',
      'Jessop',
      'Kirkbride',
      'Lovelock',
      'Merriman',
      'Netherby',
      'Ormerod',
      'Pickering',
      'Ravenhill',
      'Selwyn',
      'Tidmarsh',
      'Underhill',
      'Vickers',
      'Wainwright',
      'Yardley',
      'Brockwell',
      'Carmody',
      'Drummond',
    ],
  },
  de: {
    given: [
      'Anneliese',
      'Bernd',
      'Frauke',
      'Gerhard',
      'Heike',
      'Jürgen',
      'Katrin',
      'Lothar',
      'Margit',
      'Uwe',
      'Sören',
    ],
    family: [
      'Ackermann',
      'Brückner',
      'Dietzel',
      'Eichhorn',
      'Fröhlich',
      'Grünwald',
      'Hartwig',
      'Köhler',
      'Lindner',
    ],
  },
  fr: {
    given: [
      'Amandine',
      'Baptiste',
      'Clémence',
      'Didier',
      'Édith',
      'Fabien',
      'Geneviève',
      'Hervé',
      'Joëlle',
      'Lucien',
    ],
    family: [
      'Aubertin',
      'Beaumel',
      'Charvet',
      'Delacour',
      'Fontanel',
      'Garrigue',
      'Lemercier',
      'Marchand',
      'Roussel',
    ],
  },
  es: {
    given: [
      'Alba',
      'Bruno',
      'Consuelo',
      'Diego',
      'Esperanza',
      'Fermín',
      'Gloria',
      'Íñigo',
      'Jimena',
      'Lázaro',
    ],
    family: [
      'Arrieta',
      'Benavides',
      'Cifuentes',
      'Domínguez',
      'Echeverri',
      'Fuentealba',
      'Guijarro',
      'Ibáñez',
      'Peña',
    ],
  },
  ja: {
    given: ['花子', '健太', '美咲', '大輔', '由美', '翔太', '恵子', '直樹'],
    latin: ['hanako', 'kenta', 'misaki', 'daisuke', 'yumi', 'shota', 'keiko', 'naoki'],
    family: ['佐藤', '鈴木', '高橋', '田中', '渡辺', '伊藤', '山本', '中村'],
    familyFirst: true,
  },
  zh: {
    given: ['伟明', '晓丽', '建国', '雪梅', '志强', '婷婷'],
    latin: ['weiming', 'xiaoli', 'jianguo', 'xuemei', 'zhiqiang', 'tingting'],
    family: ['王', '李', '张', '刘', '陈', '杨'],
    familyFirst: true,
  },
  ko: {
    given: ['민준', '서연', '지훈', '수빈', '현우', '은지'],
    latin: ['minjun', 'seoyeon', 'jihun', 'subin', 'hyeonu', 'eunji'],
    family: ['김', '이', '박', '최', '정', '강'],
    familyFirst: true,
  },
  th: {
    given: ['สมชาย', 'มาลี', 'ประเสริฐ', 'กานดา', 'วิชัย', 'นภา'],
    latin: ['somchai', 'malee', 'prasert', 'kanda', 'wichai', 'napa'],
    family: ['ใจดี', 'ศรีสุข', 'ทองคำ', 'บุญมี'],
  },
}

export const places: Record<Language, readonly { city: string; country: string }[]> = {
  en: [
    { city: 'Bristol', country: 'United Kingdom' },
    { city: 'Galway', country: 'Ireland' },
    { city: 'Portland', country: 'United States' },
    { city: 'Toronto', country: 'Canada' },
    { city: 'Adelaide', country: 'Australia' },
  ],
  de: [
    { city: 'Leipzig', country: 'Germany' },
    { city: 'Graz', country: 'Austria' },
  ],
  fr: [
    { city: 'Nantes', country: 'France' },
    { city: 'Namur', country: 'Belgium' },
  ],
  es: [
    { city: 'Valencia', country: 'Spain' },
    { city: 'Bogotá', country: 'Colombia' },
  ],
  ja: [{ city: '大阪', country: 'Japan' }],
  zh: [{ city: '杭州', country: 'China' }],
  ko: [{ city: '부산', country: 'South Korea' }],
  th: [{ city: 'เชียงใหม่', country: 'Thailand' }],
}

/** A name as it is written in that language, and the local part of an address made from it. */
export function namesOf(
  language: Language,
  random: Random,
): { name: string; firstName: string; address: string } {
  const pool = pools[language]
  const given = random.int(pool.given.length)
  const firstName = pool.given[given] ?? ''
  const family = random.pick(pool.family)
  const name = pool.familyFirst ? family + firstName : `${firstName} ${family}`
  const latin = pool.latin?.[given] ?? `${firstName}.${family}`
  const address = latin
    .normalize('NFD')
    .replace(/[^a-zA-Z.]/g, '')
    .toLowerCase()
  return { name, firstName, address }
}
