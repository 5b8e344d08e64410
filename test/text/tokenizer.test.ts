import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldPrefix, isLoneRunCharacter, tokenizeForIndex, tokenizeText } from '../../src/text/tokenizer'

describe('the tokenizer', () => {
  it.each([
    ['Refund refunds REFUNDED refunding', ['refund', 'refund', 'refund', 'refund']],
    ['café CAFÉ cafe\u0301 ＣＡＦＥ', ['cafe', 'cafe', 'cafe', 'cafe']],
    ['Straße strasse Łódź İstanbul', ['strass', 'strass', 'lodz', 'istanbul']],
    ["don’t don't customer’s", ['dont', 'dont', 'custom']],
    ['O’Brien l’addition', ['o', 'brien', 'l', 'addit']],
    ['order A-12345, v2.16', ['order', 'a', '12345', 'v2', '16']],
    ['lee.wong@example.co.uk', ['lee', 'wong', 'exampl', 'co', 'uk']],
    ['https://x.io/a_b?c=1', ['http', 'x', 'io', 'a', 'b', 'c', '1']],
    ['東京都へ', ['東京', '京都', '都へ']],
    ['東', ['東']],
    ['ｶﾞｲﾄﾞ ガイド', ['ガイ', 'イド', 'ガイ', 'イド']],
    ['환불 요청', ['환불', '요청']],
    ['คืนเงิน', ['คื', 'ืน', 'นเ', 'เง', 'งิ', 'ิน']],
    ['東京tokyo都', ['東京', 'tokyo', '都']],
    ['возврат Йод', ['возврат', 'иод']],
    ['soft\u00adhyphen zero\u200bwidth', ['softhyphen', 'zerowidth']],
    ['🎉 … — "*()^:', []],
    ['', []],
  ])('reads %s', (text, tokens) => {
    expect(tokenizeText(text)).toEqual(tokens)
  })

  it('cuts what is longer than any word', () => {
    expect(tokenizeText('x1'.repeat(500))).toEqual(['x1'.repeat(20)])
  })

  it('keeps a prefix as written, folded', () => {
    expect(foldPrefix('Billi')).toBe('billi')
    expect(foldPrefix('A-123')).toBe('123')
    expect(foldPrefix('Ünï')).toBe('uni')
    expect(foldPrefix('…')).toBe('')
  })

  it('gives an index the stems in order, and once each form that differs from its stem and each first letter', () => {
    expect(tokenizeForIndex(['Billing and billing bills', '…', 'bill 東京都'])).toEqual({
      stems: 'bill and bill bill ¶ bill 東京 京都',
      words: '·billing ¦b ¦a ·bills ·都',
    })
  })

  it('adds no character beyond Latin-1 to an index text, which would double its memory', () => {
    const { stems, words } = tokenizeForIndex(['Billing and billing bills', 'bill'])
    expect(`${stems}${words}`).toMatch(/^[\0-\xff]*$/)
  })

  it('knows a single character of a script without spaces', () => {
    expect(['東', '𠮷', 'が'].map(isLoneRunCharacter)).toEqual([true, true, true])
    expect(['東京', 'a', '', '1'].map(isLoneRunCharacter)).toEqual([false, false, false, false])
  })

  it('makes tokens that no engine can read as syntax', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        for (const token of [...tokenizeText(text), foldPrefix(text)])
          expect(token).toMatch(/^[a-z0-9\u0080-\u{10ffff}]*$/u)
        for (const token of tokenizeText(text)) expect(token).not.toBe('')
      }),
    )
  })

  it('finds any two neighbouring characters of a run', () => {
    const run = fc.array(fc.constantFrom(...'退款没有到账谢คืนเงินひらがな환불'), {
      minLength: 2,
      maxLength: 12,
    })
    fc.assert(
      fc.property(run, fc.nat(), fc.nat(), (characters, a, b) => {
        const from = a % (characters.length - 1)
        const length = 2 + (b % (characters.length - from - 1))
        const part = tokenizeText(characters.slice(from, from + length).join(''))
        const whole = tokenizeText(characters.join(''))
        expect(whole.slice(from, from + length - 1)).toEqual(part)
      }),
    )
  })
})
