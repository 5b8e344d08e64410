import { expect, it } from 'vitest'
import { runProgram, temporaryFolder } from '../helpers/program'

it.each(['a folder from the environment', 'a profile'])(
  'shows its sample to a client from %s',
  async (where) => {
    const home = temporaryFolder()
    const args = where === 'a profile' ? ['--home', home, '--profile', 'acme'] : []
    const { stdout } = await runProgram(['demo', '--check', '--json', '--size', '50', ...args], {
      FASTINTERCOM_HOME: home,
    })
    const { verdicts, client } = JSON.parse(stdout) as {
      verdicts: { question: string; passed: boolean }[]
      client: { args: string[] }
    }
    // So small a sample need not hold an answer to every question.
    expect(verdicts[0]).toMatchObject({ question: 'Is everything there?', passed: true })
    // A client hands on nothing of this environment.
    expect(client.args.join(' ')).toContain(`--home ${home}`)
  },
)
