import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { matterOf, readCustomerWords } from '../../src/text/customer-words'
import { judgeWords, textRulesVersion } from '../../src/text/text-figures'
import { aMessage } from '../helpers/builders'
import { readLabelled } from './sentiment/labelled-set'

const customer = { type: 'lead', id: 'c', name: null, email: null, fromAiAgent: false }
const bot = { ...customer, type: 'bot' }

describe('the words of a customer', () => {
  it('are hers alone, the subject too when she began', () => {
    const hers = [aMessage({ author: customer, text: 'It leaks' }), aMessage({ text: 'Where?' })]
    expect(readCustomerWords('Kettle', hers)).toEqual({ subject: 'Kettle', texts: ['It leaks'] })
    expect(matterOf(readCustomerWords('Kettle', hers))).toEqual(['Kettle', 'It leaks'])

    const ours = [
      aMessage({ author: bot, text: 'News of May' }),
      aMessage({ author: customer, text: 'Stop it' }),
    ]
    expect(matterOf(readCustomerWords('News', ours))).toEqual(['Stop it'])
  })

  it('are none where there is no text', () => {
    const silent = [aMessage({ author: customer, text: null }), aMessage({ author: customer, text: ' \n' })]
    expect(readCustomerWords(' ', silent)).toEqual({ subject: null, texts: [] })
    expect(readCustomerWords('Kettle', [])).toEqual({ subject: null, texts: [] })
  })
})

describe('the figures of texts', () => {
  it('are what they were when they were last given another version', () => {
    const file = new URL('../sentiment/labelled-messages.ndjson', import.meta.url)
    const figures = readLabelled(readFileSync(file, 'utf8')).map(({ text }) => {
      const { sentiment, terms } = judgeWords({ subject: null, texts: [text] })
      return [sentiment, [...terms]]
    })
    const print = createHash('sha256').update(JSON.stringify(figures)).digest('hex').slice(0, 16)
    // When this fails, what stores hold is outdated: raise `textRulesVersion`, so that it is judged anew.
    expect({ version: textRulesVersion, print }).toEqual({ version: 1, print: '01c87cef9ce392e5' })
  })
})
