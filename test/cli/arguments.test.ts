import { describe, expect, it } from 'vitest'
import { parseArguments, readWholeNumber, UsageError } from '../../src/cli/arguments'

function parse(...argv: string[]) {
  const { command, options, positionals } = parseArguments(argv)
  return { command: command?.name ?? null, options, positionals }
}

describe('parseArguments', () => {
  it('keeps values of digits as the text that was typed', () => {
    expect(parse('status', '--profile', '001').options).toEqual({ profile: '001' })
    expect(parse('init', '--token=0012345678901234567890').options).toEqual({
      token: '0012345678901234567890',
    })
    expect(parse('search', '0042', '1e3').positionals).toEqual(['0042', '1e3'])
  })

  it('takes a word with a dash for part of the query', () => {
    expect(parse('search', '-refund')).toEqual({ command: 'search', options: {}, positionals: ['-refund'] })
    expect(parse('search', 'invoice', '-"late fee"', '--limit', '5', '-refund')).toEqual({
      command: 'search',
      options: { limit: '5' },
      positionals: ['invoice', '-"late fee"', '-refund'],
    })
  })

  it('takes everything after -- as it is', () => {
    expect(parse('search', '--json', '--', '--limit', '-h', '--')).toEqual({
      command: 'search',
      options: { json: true },
      positionals: ['--limit', '-h', '--'],
    })
  })

  it('keeps what comes after the first = of an option', () => {
    expect(parse('init', '--token=dG9rOmFiYw==').options).toEqual({ token: 'dG9rOmFiYw==' })
    expect(parse('init', '--token', 'dG9rOmFiYw==').options).toEqual({ token: 'dG9rOmFiYw==' })
  })

  it('takes a lone dash as a value, and global options before the command', () => {
    expect(parse('--home', '/tmp/x', 'init', '--token', '-', '-y')).toEqual({
      command: 'init',
      options: { home: '/tmp/x', token: '-', yes: true },
      positionals: [],
    })
  })

  it('knows the short forms', () => {
    expect(parse('-h').options).toEqual({ help: true })
    expect(parse('search', '-h').options).toEqual({ help: true })
    expect(parse('-v').options).toEqual({ version: true })
  })

  it('names no command when there is none', () => {
    expect(parse()).toEqual({ command: null, options: {}, positionals: [] })
  })

  it.each([
    [['serch', 'x'], 'Unknown command "serch".'],
    [['status', '--jsn'], 'Unknown option --jsn.'],
    [['status', '-x'], 'Unknown option -x.'],
    [['search', '--refund'], 'Unknown option --refund.'],
    [['search'], 'search needs <query...>.'],
    [['search', '--limit'], '--limit needs a value.'],
    [['search', 'x', '--limit', '--json'], '--limit needs a value.'],
    [['status', '--json=yes'], '--json takes no value.'],
    [['status', 'now'], 'status does not take "now".'],
    [['snapshot', 'a', 'b'], 'snapshot does not take "b".'],
  ])('refuses %j', (argv, message) => {
    expect(() => parse(...argv)).toThrow(UsageError)
    expect(() => parse(...argv)).toThrow(message)
    expect(() => parse(...argv)).toThrow(expect.objectContaining({ hint: expect.stringMatching(/\S/) }))
  })

  it('asks for no query when help is wanted', () => {
    expect(parse('search', '--help').options).toEqual({ help: true })
  })
})

describe('readWholeNumber', () => {
  it.each(['-1', '0', '1001', 'x', '', '1.5', '1e2'])('refuses --limit %j', (limit) => {
    expect(() => readWholeNumber({ limit }, 'limit', 1, 1000)).toThrow(UsageError)
  })

  it('reads a number and leaves an absent one absent', () => {
    expect(readWholeNumber({ limit: '007' }, 'limit', 1, 1000)).toBe(7)
    expect(readWholeNumber({}, 'limit', 1, 1000)).toBeUndefined()
  })
})
